import { useEffect, useId, useRef, useState } from 'react';

import type { IFieldChange, IFieldText, IFieldView } from '../../_api';
import type { FieldKind } from '../../step/fields';
import { isSame } from '../../step/fieldText';
import { Combobox } from './combobox';
import type { IOption } from './combobox';
import { kindLabel } from './labels';
import type { IPart } from './props';
import { TYPES } from '../../step/types';
import { useCheck } from './useCheck';

interface IProps extends IPart {
  /** What is edited; null for a new row. */
  readonly old: IFieldView | null;
  readonly start: IFieldText;
  readonly kinds: ReadonlyArray<FieldKind>;
  /** The parameters of the step, for those fields that name one. */
  readonly params: ReadonlyArray<string>;
  readonly change: (field: IFieldText) => IFieldChange;
  readonly onDone: () => void;
}

/** Where DVC looks where no file is named. */
const DEFAULT_FILE = 'params.yaml';

/** The form of one field. Enter takes it, Escape leaves it; it is checked as it is typed. */
export function FieldForm(props: IProps): JSX.Element {
  const { start, old, trans, actions, change, onDone } = props;
  const noteId = useId();
  /** A second click, or Enter, is no second line. */
  const isSent = useRef(false);
  const [field, setField] = useState(start);
  const [opened, setOpened] = useState(start);
  const [complaint, setComplaint] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const isTouched = !isSame(field, opened);

  // Who opened it goes on typing, in the field that the row is about.
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
  }, []);

  const settle = useCheck(
    isTouched ? () => actions.check([change(field)]) : null,
    field,
    setComplaint
  );

  const submit = async (): Promise<void> => {
    // What it says would take the place of what is said here.
    settle();
    if (!isTouched && old !== null) {
      onDone();
      return;
    }
    if (!isSame(opened, start)) {
      setOpened(start);
      setComplaint(
        trans.__(
          'The line was changed meanwhile. What you enter here replaces it.'
        )
      );
      return;
    }
    if (isSent.current) {
      return;
    }
    isSent.current = true;
    const reason = await actions.apply([change(field)]);
    isSent.current = false;
    setComplaint(reason);
    if (reason === null) {
      onDone();
    }
  };
  const set = (values: Partial<IFieldText>): void => {
    setField({ ...field, ...values });
  };
  const param = field.param ?? '';
  const isInvalid = complaint !== null;
  const describedBy = isInvalid ? noteId : undefined;
  const shared = { isInvalid, isDisabled: false, describedBy };

  return (
    <form
      ref={form}
      className="jp-DVCFieldForm"
      aria-label={
        old === null
          ? trans.__('New: %1', kindLabel(field.kind, trans))
          : trans.__('Edit: %1', kindLabel(field.kind, trans))
      }
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onDone();
        }
      }}
    >
      {props.kinds.length > 1 && (
        <Labelled label={trans.__('Kind')}>
          <select
            className="jp-mod-styled"
            value={field.kind}
            onChange={event => {
              const kind = props.kinds.find(
                one => one === event.currentTarget.value
              );
              set(kind === undefined ? {} : { kind });
            }}
          >
            {props.kinds.map(kind => (
              <option key={kind} value={kind}>
                {kindLabel(kind, trans)}
              </option>
            ))}
          </select>
        </Labelled>
      )}
      {field.kind === 'param' && (
        <>
          <Labelled label={trans.__('Name')}>
            <Text
              value={field.name ?? ''}
              isInvalid={isInvalid}
              describedBy={describedBy}
              onChange={name => {
                set({ name });
              }}
            />
          </Labelled>
          <Labelled label={trans.__('Type')}>
            <Combobox
              {...shared}
              label={trans.__('Type')}
              value={field.type ?? ''}
              options={typed => Promise.resolve(starting(TYPES, typed))}
              onChange={type => {
                set({ type });
              }}
            />
          </Labelled>
          <Labelled label={trans.__('Text')}>
            <Text
              value={field.text ?? ''}
              isInvalid={false}
              describedBy={undefined}
              onChange={text => {
                set({ text });
              }}
            />
          </Labelled>
        </>
      )}
      {hasPath(field.kind) && (
        <Labelled label={trans.__('Path')}>
          <Combobox
            {...shared}
            label={trans.__('Path')}
            value={field.path ?? ''}
            options={typed => actions.complete(field.kind, typed)}
            onChange={path => {
              set({ path });
            }}
          />
        </Labelled>
      )}
      {field.kind === 'hyperparameter' && (
        <>
          <Labelled label={trans.__('Key')}>
            <Combobox
              {...shared}
              label={trans.__('Key')}
              value={field.key ?? ''}
              options={typed => actions.complete('hyperparameter', typed)}
              onChange={key => {
                set({ key });
              }}
            />
          </Labelled>
          <Labelled label={trans.__('File')}>
            <Text
              value={field.file ?? ''}
              placeholder={DEFAULT_FILE}
              isInvalid={isInvalid}
              describedBy={describedBy}
              onChange={file => {
                set({ file: file === '' ? null : file });
              }}
            />
          </Labelled>
        </>
      )}
      {(hasPath(field.kind) || field.kind === 'hyperparameter') && (
        <Labelled label={trans.__('Parameter')}>
          <select
            className="jp-mod-styled"
            value={param}
            onChange={event => {
              const { value } = event.currentTarget;
              set({ param: value === '' ? null : value });
            }}
          >
            <option value="">{trans.__('None')}</option>
            {param !== '' && !props.params.includes(param) && (
              <option value={param}>{param}</option>
            )}
            {props.params.map(name => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </Labelled>
      )}
      {field.kind === 'extra' && (
        <Labelled label={trans.__('Arguments')}>
          <Text
            value={field.text ?? ''}
            isInvalid={isInvalid}
            describedBy={describedBy}
            onChange={text => {
              set({ text });
            }}
          />
        </Labelled>
      )}
      {isInvalid && (
        <p id={noteId} className="jp-DVCFieldForm-complaint" role="alert">
          {complaint}
        </p>
      )}
      <div className="jp-DVCFieldForm-buttons">
        <button
          type="button"
          className="jp-DVCSmallButton"
          onClick={() => {
            onDone();
          }}
        >
          {trans.__('Cancel')}
        </button>
        <button type="submit" className="jp-DVCSmallButton jp-mod-accept">
          {old === null ? trans.__('Add') : trans.__('Apply')}
        </button>
      </div>
    </form>
  );
}

function Labelled(props: {
  readonly label: string;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <label className="jp-DVCFieldForm-row">
      <span>{props.label}</span>
      {props.children}
    </label>
  );
}

function Text(props: {
  readonly value: string;
  readonly placeholder?: string;
  readonly isInvalid: boolean;
  readonly describedBy: string | undefined;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <input
      type="text"
      className="jp-mod-styled"
      spellCheck={false}
      placeholder={props.placeholder}
      aria-invalid={props.isInvalid}
      aria-describedby={props.describedBy}
      value={props.value}
      onChange={event => {
        props.onChange(event.currentTarget.value);
      }}
    />
  );
}

function hasPath(kind: FieldKind): boolean {
  return (
    kind === 'in' ||
    kind === 'out' ||
    kind === 'out-persist' ||
    kind === 'metric' ||
    kind === 'plot'
  );
}

function starting(
  texts: ReadonlyArray<string>,
  typed: string
): ReadonlyArray<IOption> {
  return texts
    .filter(text => text.startsWith(typed))
    .map(text => ({ text, note: '' }));
}

import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import { useEffect, useId, useRef } from 'react';

import { complainedOf, withTyped } from '../step/newStep';
import type { Complaint, INewParam, INewStep } from '../step/newStep';
import { Combobox } from './panel/combobox';
import type { IOption } from './panel/combobox';
import { IconButton } from './panel/group';
import '../../style/panel.css';
import '../../style/newStep.css';

interface IProps {
  readonly step: INewStep;
  readonly complaint: Complaint | null;
  /** Why the server refuses it, in the user's language. */
  readonly refusal: string | null;
  readonly trans: TranslationBundle;
  readonly inputs: (typed: string) => Promise<ReadonlyArray<IOption>>;
  readonly outputs: (typed: string) => Promise<ReadonlyArray<IOption>>;
  readonly onChange: (step: INewStep) => void;
}

/** The form of a new step: its name, what it reads and writes, its parameters. */
export function NewStep(props: IProps): JSX.Element {
  const { step, complaint, refusal, trans, onChange } = props;
  const id = useId();
  return (
    <div className="jp-DVCNewStep">
      <label className="jp-DVCFieldForm-row">
        <span>{trans.__('Name of the notebook')}</span>
        <input
          type="text"
          className="jp-mod-styled"
          spellCheck={false}
          autoFocus
          aria-invalid={complaint === 'name-slash'}
          aria-describedby={complaint === 'name-slash' ? id : undefined}
          value={step.name}
          onChange={event => {
            onChange({ ...step, name: event.currentTarget.value });
          }}
        />
      </label>
      <Paths
        label={trans.__('Inputs')}
        field={trans.__('Path of an input')}
        add={trans.__('Add input')}
        paths={step.inputs}
        typed={step.typed.input}
        trans={trans}
        options={props.inputs}
        onChange={(inputs, input) => {
          onChange({ ...step, inputs, typed: { ...step.typed, input } });
        }}
      />
      <Paths
        label={trans.__('Outputs')}
        field={trans.__('Path of an output')}
        add={trans.__('Add output')}
        paths={step.outputs}
        typed={step.typed.output}
        trans={trans}
        options={props.outputs}
        onChange={(outputs, output) => {
          onChange({ ...step, outputs, typed: { ...step.typed, output } });
        }}
      />
      <Params
        params={step.params}
        wrong={refusal === null ? complainedOf(step, complaint) : null}
        describedBy={id}
        trans={trans}
        onChange={params => {
          onChange({ ...step, params });
        }}
      />
      <p
        id={id}
        className="jp-DVCNewStep-complaint"
        // Nothing is wrong where nobody has typed yet.
        data-severity={
          refusal === null && complaint === 'name-missing' ? 'hint' : 'error'
        }
        role="alert"
      >
        {refusal ?? (complaint === null ? '' : sentence(complaint, trans))}
      </p>
    </div>
  );
}

function Paths(props: {
  readonly label: string;
  readonly field: string;
  readonly add: string;
  readonly paths: ReadonlyArray<string>;
  readonly trans: TranslationBundle;
  readonly typed: string;
  readonly options: (typed: string) => Promise<ReadonlyArray<IOption>>;
  readonly onChange: (paths: ReadonlyArray<string>, typed: string) => void;
}): JSX.Element {
  const { paths, typed, trans, onChange } = props;
  const group = useRef<HTMLFieldSetElement>(null);
  const add = (): void => {
    onChange(withTyped(paths, typed), '');
  };
  return (
    <fieldset ref={group} className="jp-DVCNewStep-group">
      <legend>{props.label}</legend>
      <ul>
        {paths.map(path => (
          <li key={path}>
            <code>{path}</code>
            <IconButton
              icon={closeIcon}
              label={trans.__('Remove %1', path)}
              isDisabled={false}
              onClick={() => {
                onChange(
                  paths.filter(one => one !== path),
                  typed
                );
                // A button that goes would take the focus out of the dialog.
                group.current
                  ?.querySelector<HTMLElement>('.jp-DVCNewStep-add button')
                  ?.focus();
              }}
            />
          </li>
        ))}
      </ul>
      <div
        className="jp-DVCNewStep-add"
        data-takes-enter={typed.trim() !== ''}
        onKeyDown={event => {
          if (event.key === 'Enter' && typed.trim() !== '') {
            // Not the dialog's: the path is taken first.
            event.preventDefault();
            event.stopPropagation();
            add();
          }
        }}
      >
        <Combobox
          label={props.field}
          value={typed}
          isInvalid={false}
          isDisabled={false}
          describedBy={undefined}
          options={props.options}
          onChange={text => {
            onChange(paths, text);
          }}
        />
        <IconButton
          icon={addIcon}
          label={props.add}
          // Disabled once it was pressed it would lose the focus, and the dialog the keyboard.
          isDisabled={false}
          onClick={add}
        />
      </div>
    </fieldset>
  );
}

function Params(props: {
  readonly params: ReadonlyArray<INewParam>;
  /** The field that the complaint is about, which stands in the element of the ID. */
  readonly wrong: ReturnType<typeof complainedOf>;
  readonly describedBy: string;
  readonly trans: TranslationBundle;
  readonly onChange: (params: INewParam[]) => void;
}): JSX.Element {
  const { params, wrong, describedBy, trans, onChange } = props;
  const rows = useRef<HTMLUListElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const count = useRef(params.length);
  useEffect(() => {
    if (params.length > count.current) {
      rows.current?.lastElementChild?.querySelector('input')?.focus();
    } else if (params.length < count.current) {
      button.current?.focus();
    }
    count.current = params.length;
  }, [params.length]);
  const set = (index: number, values: Partial<INewParam>): void => {
    onChange(
      params.map((param, at) =>
        at === index ? { ...param, ...values } : param
      )
    );
  };
  return (
    <fieldset className="jp-DVCNewStep-group">
      <legend>{trans.__('Hyperparameters')}</legend>
      <ul ref={rows}>
        {params.map((param, index) => (
          <li key={index} className="jp-DVCNewStep-param">
            {(
              [
                ['name', trans.__('Name of parameter %1', index + 1)],
                ['type', trans.__('Type of parameter %1', index + 1)],
                ['value', trans.__('Value of parameter %1', index + 1)]
              ] as const
            ).map(([key, label]) => (
              <input
                key={key}
                type="text"
                className="jp-mod-styled"
                spellCheck={false}
                aria-label={label}
                {...(wrong?.param === index && wrong.key === key
                  ? { 'aria-invalid': true, 'aria-describedby': describedBy }
                  : {})}
                placeholder={placeholder(key, trans)}
                value={param[key]}
                onChange={event => {
                  set(index, { [key]: event.currentTarget.value });
                }}
              />
            ))}
            <IconButton
              icon={closeIcon}
              label={trans.__('Remove parameter %1', index + 1)}
              isDisabled={false}
              onClick={() => {
                onChange(params.filter((_, at) => at !== index));
              }}
            />
          </li>
        ))}
      </ul>
      <button
        ref={button}
        type="button"
        className="jp-DVCSmallButton"
        onClick={() => {
          onChange([...params, { name: '', type: 'int', value: '' }]);
        }}
      >
        {trans.__('Add hyperparameter')}
      </button>
    </fieldset>
  );
}

function placeholder(
  key: 'name' | 'type' | 'value',
  trans: TranslationBundle
): string {
  switch (key) {
    case 'name':
      return trans.__('name');
    case 'type':
      return trans.__('type');
    default:
      return trans.__('value');
  }
}

function sentence(complaint: Complaint, trans: TranslationBundle): string {
  switch (complaint) {
    case 'name-missing':
      return trans.__('The notebook needs a name.');
    case 'name-slash':
      return trans.__(
        'The name is a file’s: it has no slash, and begins with no dot.'
      );
    case 'param-name':
      return trans.__(
        'A parameter’s name has letters, digits and “_”, and is no word of Python.'
      );
    case 'param-twice':
      return trans.__('Two parameters have one name.');
    case 'param-literal':
      return trans.__(
        'A hyperparameter’s value is a number, a text on one line in quotes, True, False, or a list of those, such as [1, 2]; None where its type allows it.'
      );
    default:
      return trans.__(
        'A hyperparameter needs a value for the notebook, such as 8 or "text".'
      );
  }
}

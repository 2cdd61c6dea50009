import { useId, useRef, useState } from 'react';

import type { IFieldChange, IParsed } from '../../_api';
import { adding, only, removing, replacing } from '../../step/fields';
import type { FieldKind } from '../../step/fields';
import { newField } from '../../step/fieldText';
import { kindLabel } from './labels';
import { Marks } from './marks';
import type { IPart } from './props';
import { Section } from './section';
import { useCheck } from './useCheck';

interface IProps extends IPart {
  readonly parsed: IParsed;
}

/** What the step has once: description, stage name, whole command, frozen, always changed. */
export function Options(props: IProps): JSX.Element {
  const { parsed, trans } = props;
  const isSet = (
    ['desc', 'stage-name', 'command', 'frozen', 'always-changed'] as const
  ).some(kind => only(parsed, kind) !== null);
  return (
    <Section label={trans.__('Stage')} count={null} isClosed={!isSet}>
      <Line {...props} kind="desc" />
      <Line {...props} kind="stage-name" />
      <Line {...props} kind="command" isLong />
      <Flag {...props} kind="frozen" />
      <Flag {...props} kind="always-changed" />
    </Section>
  );
}

function Line(
  props: IProps & { readonly kind: FieldKind; readonly isLong?: boolean }
): JSX.Element {
  const { parsed, kind, trans, actions, locked, isLong } = props;
  const id = useId();
  const field = only(parsed, kind);
  const [typed, setTyped] = useState<string | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const sent = useRef<string | null>(null);
  const current = field?.text ?? '';
  const shown = typed ?? current;

  const text = shown.trim();
  const isTouched = typed !== null && text !== current;

  const change = (): IFieldChange => {
    const said = newField(kind, { text });
    if (field === null) {
      return adding(said);
    }
    return text === '' ? removing(field) : replacing(field, said);
  };
  const settle = useCheck(
    isTouched ? () => actions.check([change()]) : null,
    text,
    setComplaint
  );

  const submit = async (): Promise<void> => {
    if (sent.current === typed && typed !== null) {
      // Enter, and then the focus goes: once is enough.
      return;
    }
    settle();
    if (!isTouched) {
      setTyped(null);
      setComplaint(null);
      return;
    }
    sent.current = typed;
    const reason = await actions.apply([change()]);
    sent.current = null;
    setComplaint(reason);
    if (reason === null) {
      // What was typed meanwhile stays.
      setTyped(now => (now === typed ? null : now));
    }
  };
  const giveUp = (event: React.KeyboardEvent): void => {
    event.stopPropagation();
    setTyped(null);
    setComplaint(null);
  };
  const shared = {
    id,
    className: 'jp-mod-styled',
    spellCheck: false,
    disabled: locked !== null,
    value: shown,
    'aria-invalid': complaint !== null,
    'aria-describedby': complaint === null ? undefined : `${id}-note`,
    onBlur: () => void submit()
  };
  return (
    <div className="jp-DVCFieldForm-row">
      <label htmlFor={id}>{kindLabel(kind, trans)}</label>
      {isLong === true ? (
        <textarea
          {...shared}
          rows={shown === '' ? 1 : 3}
          onChange={event => {
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={event => {
            if (event.key === 'Escape') {
              giveUp(event);
            }
          }}
        />
      ) : (
        <input
          {...shared}
          type="text"
          onChange={event => {
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={event => {
            if (event.key === 'Enter') {
              event.preventDefault();
              void submit();
            } else if (event.key === 'Escape') {
              giveUp(event);
            }
          }}
        />
      )}
      {complaint !== null && (
        <p id={`${id}-note`} className="jp-DVCFieldForm-complaint" role="alert">
          {complaint}
        </p>
      )}
      {field !== null && <Marks {...props} marks={field.problems} />}
    </div>
  );
}

function Flag(props: IProps & { readonly kind: FieldKind }): JSX.Element {
  const { parsed, kind, trans, actions, locked } = props;
  const field = only(parsed, kind);
  return (
    <div>
      <label
        className="jp-DVCFlag"
        title={
          kind === 'frozen'
            ? trans.__('DVC never runs the stage, whatever changes')
            : trans.__('DVC runs the stage each time')
        }
      >
        <input
          type="checkbox"
          checked={field !== null}
          disabled={locked !== null}
          onChange={() => {
            void actions.change([
              field === null ? adding(newField(kind)) : removing(field)
            ]);
          }}
        />
        {kindLabel(kind, trans)}
      </label>
      {field !== null && <Marks {...props} marks={field.problems} />}
    </div>
  );
}

import { useId, useRef, useState } from 'react';

import type { IFieldView } from '../../_api';
import { keyOf } from '../../step/fields';
import { fileComplaint } from '../../step/values';
import { fileAndKey, originLabel } from './labels';
import type { IPart } from './props';

interface IProps extends IPart {
  readonly field: IFieldView;
  /** The hyperparameter that feeds it. */
  readonly hyper: IFieldView | null;
}

/** A parameter's value in the notebook, and in the pipeline, where that is a hyperparameter it can be set. */
export function ParamValue(props: IProps): JSX.Element {
  const { field, hyper, trans, actions, locked } = props;
  const name = field.name ?? '';
  const isFree = field.origin === null || field.origin.kind === 'none';
  return (
    <dl className="jp-DVCParamValue">
      {field.notebook_value !== null && (
        <>
          <dt>{trans.__('Notebook')}</dt>
          <dd>
            <code>{field.notebook_value}</code>
          </dd>
        </>
      )}
      <dt>{trans.__('Pipeline')}</dt>
      <dd>
        {hyper !== null ? (
          <Value {...props} name={name} type={field.type} hyper={hyper} />
        ) : (
          <>
            <span>{originLabel(field, trans)}</span>
            {isFree && locked === null && (
              <>
                {' '}
                <button
                  type="button"
                  className="jp-DVCLink"
                  aria-label={trans.__('Make it a hyperparameter: %1', name)}
                  onClick={() => {
                    actions.makeHyperparameter(name);
                  }}
                >
                  {trans.__('Make it a hyperparameter')}
                </button>
              </>
            )}
          </>
        )}
      </dd>
    </dl>
  );
}

/** The value of a hyperparameter that feeds no parameter. */
export function LoneValue(
  props: IPart & { readonly hyper: IFieldView }
): JSX.Element {
  const { hyper, trans } = props;
  return (
    <dl className="jp-DVCParamValue">
      <dt>{trans.__('Pipeline')}</dt>
      <dd>
        <Value {...props} name={hyper.key_path ?? ''} type={null} />
      </dd>
    </dl>
  );
}

function Value(
  props: IPart & {
    readonly name: string;
    /** Of the parameter that it feeds. */
    readonly type: string | null;
    readonly hyper: IFieldView;
  }
): JSX.Element {
  const { name, type, hyper, trans, actions, locked, describe } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const sent = useRef<string | null>(null);
  const key = keyOf(hyper);
  const shown = typed ?? hyper.value ?? '';
  const wrong =
    typed === null || type === null || typed === (hyper.value ?? '')
      ? null
      : fileComplaint(
          { name, type, key: hyper.key_path, file: hyper.file },
          typed,
          trans
        );
  const complaint = refusal ?? (wrong === null ? null : describe(wrong));

  const submit = async (): Promise<void> => {
    if (typed === null || typed === (hyper.value ?? '')) {
      setTyped(null);
      setRefusal(null);
      return;
    }
    if (sent.current === typed) {
      // Enter, and then the focus goes: once is enough.
      return;
    }
    sent.current = typed;
    const reason = await actions.setValue(key, typed, hyper.value);
    sent.current = null;
    setRefusal(reason);
    if (reason === null) {
      // What was typed meanwhile stays.
      setTyped(now => (now === typed ? null : now));
    }
  };
  return (
    <>
      <span className="jp-DVCParamValue-edit">
        <input
          type="text"
          className="jp-mod-styled"
          spellCheck={false}
          aria-label={trans.__('Value of %1 in the pipeline', name)}
          aria-invalid={complaint !== null}
          aria-describedby={`${id}-note`}
          disabled={locked !== null}
          value={shown}
          onChange={event => {
            setTyped(event.currentTarget.value);
            setRefusal(null);
          }}
          onBlur={() => void submit()}
          onKeyDown={event => {
            if (event.key === 'Enter') {
              event.preventDefault();
              void submit();
            } else if (event.key === 'Escape') {
              event.stopPropagation();
              setTyped(null);
              setRefusal(null);
            }
          }}
        />
      </span>
      <span
        id={`${id}-note`}
        className={complaint === null ? 'jp-DVCRow-note' : 'jp-mod-invalid'}
        role={complaint === null ? undefined : 'alert'}
      >
        {complaint ??
          (hyper.value === null
            ? trans.__('%1 is not there yet', fileAndKey(hyper) ?? '')
            : fileAndKey(hyper))}
      </span>
    </>
  );
}

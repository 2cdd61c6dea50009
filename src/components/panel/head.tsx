import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParsed } from '../../_api';
import { sentences } from '../../sentence';
import type { IStepLabel } from '../../step/label';

/** What is due: one button that brings the step further. */
export interface IDue {
  readonly label: string;
  readonly isEnabled: boolean;
  readonly run: () => void;
}

interface IProps {
  readonly parsed: IParsed | null;
  readonly label: IStepLabel;
  readonly due: IDue | null;
  readonly trans: TranslationBundle;
  readonly onOpenScript: (() => void) | null;
}

/** The step: its state, why, what is due, its stage and its script. */
export function Head(props: IProps): JSX.Element {
  const { parsed, label, due, trans, onOpenScript } = props;
  const step = parsed?.step ?? null;
  const reasons = sentences(label.why, trans);
  return (
    <div className="jp-DVCHead">
      <div className="jp-DVCHead-line">
        <span className={`jp-DVCHead-state jp-mod-${label.mod}`} role="status">
          <label.icon.react tag="span" elementSize="normal" />
          <span>{label.word}</span>
        </span>
        {due !== null && (
          <button
            type="button"
            className="jp-DVCSmallButton jp-mod-accept"
            disabled={!due.isEnabled}
            onClick={due.run}
          >
            {due.label}
          </button>
        )}
      </div>
      {reasons.length > 0 && (
        <ul className="jp-DVCHead-why">
          {reasons.map(reason => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {step !== null && parsed?.start !== null && (
        <dl className="jp-DVCHead-names">
          <dt>{trans.__('Name')}</dt>
          <dd>{step.name}</dd>
          <dt>{trans.__('Stage')}</dt>
          <dd>{step.stage}</dd>
          {/* Where it goes is known in a project. */}
          {step.script !== null && (
            <>
              <dt>{trans.__('Script')}</dt>
              <dd>
                {onOpenScript === null ? (
                  step.script
                ) : (
                  <button
                    type="button"
                    className="jp-DVCLink"
                    onClick={onOpenScript}
                  >
                    {step.script}
                  </button>
                )}
              </dd>
            </>
          )}
        </dl>
      )}
    </div>
  );
}

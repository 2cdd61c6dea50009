import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import {
  checkIcon,
  circleEmptyIcon,
  errorIcon,
  fastForwardIcon,
  historyIcon,
  stopIcon
} from '@jupyterlab/ui-components';

import type { IRun } from '../_api';
import { busyIcon } from '../icon';
import { isOn } from '../runs/runs';
import {
  duration,
  stageSentence,
  stageWord,
  waitSentence
} from '../runs/summary';
import { runTitle, runWord } from '../runs/title';
import type { IShownProblem } from './problems';

interface IProps {
  readonly run: IRun;
  readonly error: IShownProblem | null;
  /** Where the whole log can be had. */
  readonly logUrl: string;
  readonly trans: TranslationBundle;
  readonly onStop: () => void;
  readonly onShowCell: () => void;
}

/** What a run is doing: its stages, what it waits for, how to stop it. */
export function RunHead(props: IProps): JSX.Element {
  const { run, error, logUrl, trans, onStop, onShowCell } = props;
  const word = runWord(run.state, trans);
  const Icon = runIcon(run.state);
  return (
    <div className={`jp-DVCRun jp-mod-${run.state}`}>
      <div className="jp-DVCRun-title">
        <Icon.react
          tag="span"
          className="jp-DVCRun-icon"
          elementSize="normal"
        />
        <span role="status">
          <strong>{runTitle(run, trans)}</strong> · {word}
          {run.started !== null && run.ended !== null
            ? ` · ${duration(run.ended - run.started)}`
            : ''}
        </span>
        <span className="jp-DVCRun-actions">
          <a
            className="jp-DVCLink"
            href={logUrl}
            download={`${run.id}.log`}
            target="_blank"
            rel="noreferrer"
          >
            {trans.__('Whole log')}
          </a>
          {isOn(run) && (
            <button
              type="button"
              className="jp-Dialog-button jp-mod-styled jp-mod-warn"
              disabled={run.state === 'stopping'}
              onClick={onStop}
            >
              {trans.__('Stop')}
            </button>
          )}
        </span>
      </div>
      {isOn(run) &&
        run.waiting_for.map(holder => (
          <p
            key={`${holder.pid} ${holder.path ?? ''}`}
            className="jp-DVCRun-waiting"
          >
            {waitSentence(holder, trans)}
          </p>
        ))}
      {error !== null && (
        <p className="jp-DVCRun-error">
          <errorIcon.react tag="span" elementSize="normal" />
          <span>
            {error.text} {error.hint}{' '}
            {error.cell !== null && (
              <button type="button" className="jp-DVCLink" onClick={onShowCell}>
                {trans.__('Show cell %1', error.cell)}
              </button>
            )}
          </span>
        </p>
      )}
      {run.stages.length > 0 && (
        // Where there are many it scrolls, which keys have to do, too.
        <ul
          className="jp-DVCRun-stages"
          aria-label={trans.__('Stages')}
          tabIndex={0}
        >
          {run.stages.map(stage => {
            const StageIcon = stageIcon(stage.state);
            return (
              <li
                key={stage.name}
                className={`jp-mod-${stage.state}`}
                title={stageSentence(stage, trans)}
              >
                <StageIcon.react tag="span" elementSize="small" />
                {stage.name}
                <span className="jp-DVCRun-word">
                  {stage.state === 'pending' && !isOn(run)
                    ? trans.__('not run')
                    : stageWord(stage.state, trans)}
                  {stage.seconds !== null ? ` ${duration(stage.seconds)}` : ''}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** The picture of a run's state. */
export function runIcon(state: IRun['state']): LabIcon {
  switch (state) {
    case 'queued':
      return historyIcon;
    case 'running':
    case 'stopping':
      return busyIcon;
    case 'succeeded':
      return checkIcon;
    case 'stopped':
      return stopIcon;
    default:
      return errorIcon;
  }
}

function stageIcon(state: string): LabIcon {
  switch (state) {
    case 'running':
      return busyIcon;
    case 'ran':
    case 'restored':
    case 'committed':
      return checkIcon;
    case 'skipped':
      return fastForwardIcon;
    case 'failed':
    case 'changed':
      return errorIcon;
    default:
      return circleEmptyIcon;
  }
}

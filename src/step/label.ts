import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import {
  checkIcon,
  circleEmptyIcon,
  editIcon,
  errorIcon,
  historyIcon,
  infoIcon,
  refreshIcon
} from '@jupyterlab/ui-components';

import type { IReason, IStepState } from '../_api';
import { busyIcon } from '../icon';
import type { IStepModel } from '../tokens';

/** A step's state as a person sees it: never by colour alone. */
export interface IStepLabel {
  readonly word: string;
  /** Of the page's classes for states. */
  readonly mod: string;
  readonly icon: LabIcon;
  /** The reasons; whoever shows them puts them into the user's language. */
  readonly why: ReadonlyArray<IReason>;
}

type Condition = IStepState['state'];

/** What the toolbar's button and the panel show of a step. */
export function stepLabel(
  step: Pick<IStepModel, 'state' | 'failure'>,
  isUnsaved: boolean,
  trans: TranslationBundle
): IStepLabel {
  const label = savedLabel(step, trans);
  return isUnsaved
    ? { ...label, word: trans.__('%1, unsaved', label.word) }
    : label;
}

function savedLabel(
  step: Pick<IStepModel, 'state' | 'failure'>,
  trans: TranslationBundle
): IStepLabel {
  const { state, failure } = step;
  if (failure !== null) {
    return {
      ...conditionLabel('unknown', trans),
      why: [
        {
          // None of the server half's: in the user's language already.
          code: '',
          args: {},
          message: trans.__('The server did not say: %1', failure)
        }
      ]
    };
  }
  if (state === null) {
    return { word: trans.__('…'), mod: 'unknown', icon: infoIcon, why: [] };
  }
  const condition: Condition = state.step?.state ?? 'no-step';
  const why = state.step?.why ?? [];
  const label = conditionLabel(condition, trans);
  return {
    ...label,
    // A notebook that is no step misses none.
    word:
      state.project === null && condition !== 'no-step'
        ? trans.__('No project')
        : label.word,
    why: state.problem === null ? why : [...why, state.problem]
  };
}

/** The word and the picture of a state. */
export function conditionLabel(
  condition: Condition,
  trans: TranslationBundle
): Omit<IStepLabel, 'why'> {
  switch (condition) {
    case 'no-step':
      return {
        word: trans.__('No step'),
        mod: 'noStep',
        icon: circleEmptyIcon
      };
    case 'not-synced':
      return {
        word: trans.__('Not synced'),
        mod: 'notSynced',
        icon: editIcon
      };
    case 'running':
      return { word: trans.__('Running'), mod: 'running', icon: busyIcon };
    case 'queued':
      return { word: trans.__('Queued'), mod: 'queued', icon: historyIcon };
    case 'failed':
      return { word: trans.__('Failed'), mod: 'failed', icon: errorIcon };
    case 'stale':
      return { word: trans.__('Stale'), mod: 'stale', icon: refreshIcon };
    case 'up-to-date':
      return {
        word: trans.__('Up to date'),
        mod: 'upToDate',
        icon: checkIcon
      };
    default:
      return { word: trans.__('Unknown'), mod: 'unknown', icon: infoIcon };
  }
}

import type { TranslationBundle } from '@jupyterlab/translation';

import type { ICellRole } from '../../_api';
import { Section } from './section';

/** The active cell as the step sees it. */
export interface IActiveCell {
  readonly number: number;
  /** Null for a cell that is no code. */
  readonly role: ICellRole['role'] | null;
  readonly by: ICellRole['by'];
}

interface IProps {
  readonly cell: IActiveCell;
  readonly trans: TranslationBundle;
  /** Why the role can't be changed; null where it can. */
  readonly locked: string | null;
  readonly onToggle: () => void;
  readonly split: ISplitHere;
}

/** A cut of the notebook at the active cell. */
export interface ISplitHere {
  /** Why it can't be made; null where it can. */
  readonly why: string | null;
  readonly run: () => void;
}

/** Whether the active cell is part of the step, with the switch for it. */
export function Role(props: IProps): JSX.Element {
  const { cell, trans, locked, onToggle, split } = props;
  return (
    <Section label={trans.__('Cell %1', cell.number)} count={null}>
      {cell.role === 'step' || cell.role === 'no-effect' ? (
        <>
          <label className="jp-DVCFlag">
            <input
              type="checkbox"
              role="switch"
              checked={cell.role === 'step'}
              disabled={locked !== null}
              title={locked ?? undefined}
              onChange={onToggle}
            />
            {trans.__('Part of the step')}
          </label>
          {cell.role === 'no-effect' && (
            <p className="jp-DVCEmpty">
              {cell.by === 'comment'
                ? trans.__('Left out of the script by a comment in it.')
                : trans.__('Left out of the script by its tag “no-effect”.')}
            </p>
          )}
        </>
      ) : (
        <p className="jp-DVCEmpty">{sentence(cell.role, trans)}</p>
      )}
      <button
        type="button"
        className="jp-DVCSmallButton"
        disabled={split.why !== null}
        title={
          split.why ??
          trans.__('Make a notebook of its own of this cell and all below it')
        }
        onClick={split.run}
      >
        {trans.__('Split here into a new step…')}
      </button>
      {split.why !== null && <p className="jp-DVCEmpty">{split.why}</p>}
    </Section>
  );
}

function sentence(
  role: ICellRole['role'] | null,
  trans: TranslationBundle
): string {
  switch (role) {
    case 'metadata':
      return trans.__('The step’s metadata: its values are for the notebook.');
    case 'empty':
      return trans.__('It holds no code.');
    default:
      return trans.__('No code: it is no part of the script.');
  }
}

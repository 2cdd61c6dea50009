import type { TranslationBundle } from '@jupyterlab/translation';
import { useId } from 'react';

import type { ISplit } from '../_api';
import { Problems } from './problems';
import type { IShownProblem } from './problems';
import '../../style/panel.css';
import '../../style/split.css';

interface IProps {
  readonly name: string;
  /** The numbers of the first and the last cell that move. */
  readonly range: readonly [number, number];
  /** Whether what the cut does is being worked out. */
  readonly isWaiting: boolean;
  readonly isNameRefused: boolean;
  /** What the cut does; null where that isn't known, or it can't be made. */
  readonly answer: ISplit | null;
  readonly problems: ReadonlyArray<IShownProblem>;
  readonly trans: TranslationBundle;
  readonly onName: (name: string) => void;
  /** A problem's cell is to be shown. */
  readonly onShow: (index: number) => void;
}

/** Where a notebook is cut in two: the name of the second half, and what crosses. */
export function Split(props: IProps): JSX.Element {
  const { name, range, answer, problems, trans } = props;
  const [first, last] = range;
  const id = useId();
  return (
    <div className="jp-DVCSplit">
      <p>
        {first === last
          ? trans.__('Cell %1 becomes a notebook of its own.', first)
          : trans.__(
              'Cells %1 to %2 become a notebook of their own.',
              first,
              last
            )}
      </p>
      <label className="jp-DVCFieldForm-row">
        <span>{trans.__('Name of the new notebook')}</span>
        <input
          type="text"
          className="jp-mod-styled"
          spellCheck={false}
          autoComplete="off"
          autoFocus
          aria-invalid={props.isNameRefused}
          aria-describedby={props.isNameRefused ? id : undefined}
          value={name}
          onChange={event => {
            props.onName(event.currentTarget.value);
          }}
        />
      </label>
      <div id={id} className="jp-DVCSplit-answer" role="status">
        {props.isWaiting && (
          <p className="jp-DVCEmpty">{trans.__('Looking at what crosses…')}</p>
        )}
        {answer !== null && (
          <>
            <Crossing answer={answer} trans={trans} />
            <Repeated answer={answer} trans={trans} />
          </>
        )}
        {problems.length > 0 && (
          <Problems problems={problems} trans={trans} onShow={props.onShow} />
        )}
      </div>
    </div>
  );
}

interface IPart {
  readonly answer: ISplit;
  readonly trans: TranslationBundle;
}

function Crossing({ answer, trans }: IPart): JSX.Element {
  const { crossing } = answer;
  return (
    <section>
      <p>
        {crossing.length === 0
          ? trans.__('No variable crosses the cut.')
          : trans._n(
              'One variable crosses the cut, through a file that this notebook writes and the new one reads:',
              '%1 variables cross the cut, each through a file that this notebook writes and the new one reads:',
              crossing.length
            )}
      </p>
      {crossing.length > 0 && (
        <ul aria-label={trans.__('What crosses')}>
          {crossing.map(({ name, path, certain }) => (
            <li key={name}>
              <code>{name}</code> → <code>{path}</code>
              {!certain && (
                <span className="jp-DVCSplit-note">
                  {trans.__('(uncertain)')}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Repeated({ answer, trans }: IPart): JSX.Element | null {
  const { repeated } = answer;
  return repeated.length === 0 ? null : (
    <section>
      <p>{trans.__('Repeated in the new notebook:')}</p>
      <ul aria-label={trans.__('What is repeated')}>
        {repeated.map(one => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

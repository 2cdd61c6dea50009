import type { TranslationBundle } from '@jupyterlab/translation';
import { errorIcon, infoIcon } from '@jupyterlab/ui-components';

import '../../style/problems.css';

/** A problem in the user's language. */
export interface IShownProblem {
  readonly text: string;
  readonly hint: string;
  readonly path: string | null;
  readonly cell: number | null;
  readonly line: number | null;
  readonly severity: 'error' | 'warning';
}

interface IProps {
  readonly problems: ReadonlyArray<IShownProblem>;
  readonly trans: TranslationBundle;
  /** A problem's cell is to be shown. */
  readonly onShow: (index: number) => void;
}

/** Problems one below the other: what, where, what to do. */
export function Problems({ problems, trans, onShow }: IProps): JSX.Element {
  return (
    <ul className="jp-DVCProblems">
      {problems.map((problem, index) => (
        <li key={index} data-severity={problem.severity}>
          <span className="jp-DVCProblems-icon">
            {problem.severity === 'error' ? (
              <errorIcon.react tag="span" elementSize="normal" />
            ) : (
              <infoIcon.react tag="span" elementSize="normal" />
            )}
          </span>
          <div>
            <p className="jp-DVCProblems-text">
              <strong>
                {problem.severity === 'error'
                  ? trans.__('Error:')
                  : trans.__('Note:')}
              </strong>{' '}
              {problem.text}
            </p>
            {problem.hint !== '' && (
              <p className="jp-DVCProblems-hint">{problem.hint}</p>
            )}
            {problem.path !== null && (
              <Place
                problem={problem}
                trans={trans}
                onShow={() => {
                  onShow(index);
                }}
              />
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Place(props: {
  readonly problem: IShownProblem;
  readonly trans: TranslationBundle;
  readonly onShow: () => void;
}): JSX.Element {
  const { problem, trans, onShow } = props;
  const { path, cell, line } = problem;
  if (cell !== null) {
    return (
      <button type="button" className="jp-DVCLink" onClick={onShow}>
        {line === null
          ? trans.__('%1, cell %2', path, cell)
          : trans.__('%1, cell %2, line %3', path, cell, line)}
      </button>
    );
  }
  return (
    <span className="jp-DVCProblems-place">
      {line === null ? path : trans.__('%1, line %2', path, line)}
    </span>
  );
}

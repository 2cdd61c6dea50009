import { errorIcon, infoIcon } from '@jupyterlab/ui-components';

import type { IMark } from '../../_api';
import type { IPart } from './props';

interface IProps extends IPart {
  readonly id?: string;
  readonly marks: ReadonlyArray<IMark>;
}

/** What is wrong with a field and where, each with its quick fix where there is one. */
export function Marks(props: IProps): JSX.Element | null {
  const { id, marks, trans, actions, locked, describe } = props;
  if (marks.length === 0) {
    return null;
  }
  return (
    <ul id={id} className="jp-DVCMarks">
      {marks.map((mark, index) => (
        <li key={index} data-severity={mark.severity}>
          {mark.severity === 'error' ? (
            <errorIcon.react tag="span" elementSize="small" />
          ) : (
            <infoIcon.react tag="span" elementSize="small" />
          )}
          <span>
            <span className="jp-DVCMarks-severity">
              {mark.severity === 'error'
                ? trans.__('Error:')
                : trans.__('Note:')}
            </span>{' '}
            {describe(mark)}{' '}
            {mark.fix !== null && locked === null && (
              <button
                type="button"
                className="jp-DVCLink"
                onClick={() => void actions.change(mark.fix?.changes ?? [])}
              >
                {trans.__('Fix')}
              </button>
            )}{' '}
            {mark.cell !== null && (
              <button
                type="button"
                className="jp-DVCLink"
                onClick={() => {
                  actions.reveal(mark.start);
                }}
              >
                {trans.__('Line %1', mark.line ?? 1)}
              </button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

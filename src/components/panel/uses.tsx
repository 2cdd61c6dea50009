import type { IFieldChange, IUse } from '../../_api';
import type { IPart } from './props';
import { Section } from './section';

interface IProps extends IPart {
  readonly uses: ReadonlyArray<IUse>;
  readonly onShow: (use: IUse) => void;
}

/** What the cells read, write and import without a directive saying so. */
export function Uses(props: IProps): JSX.Element | null {
  const { uses, trans, actions, locked, onShow } = props;
  const missing = uses.filter(({ declared }) => !declared);
  if (missing.length === 0) {
    return null;
  }
  const groups = [
    ['in', missing.filter(({ kind }) => kind !== 'out')],
    ['out', missing.filter(({ kind }) => kind === 'out')]
  ] as const;
  return (
    <Section label={trans.__('Found in the code')} count={missing.length}>
      <ul className="jp-DVCRows">
        {missing.map((use, index) => (
          <li key={index} className="jp-DVCUse">
            <span className="jp-DVCRow-name">{use.path}</span>{' '}
            <span className="jp-DVCRow-note">
              {useNote(use, props)}
              {' · '}
              <button
                type="button"
                className="jp-DVCLink"
                onClick={() => {
                  onShow(use);
                }}
              >
                {trans.__('cell %1', use.cell)}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {groups.map(([kind, found]) => {
        const changes = found
          .map(({ field }) => field)
          .filter((field): field is IFieldChange => field !== null);
        return (
          changes.length > 0 && (
            <button
              key={kind}
              type="button"
              className="jp-DVCSmallButton"
              disabled={locked !== null}
              onClick={() => void actions.change(changes)}
            >
              {kind === 'in'
                ? trans._n('Add %1 input', 'Add %1 inputs', changes.length)
                : trans._n('Add %1 output', 'Add %1 outputs', changes.length)}
            </button>
          )
        );
      })}
    </Section>
  );
}

function useNote(use: IUse, { trans }: IPart): string {
  const word =
    use.kind === 'module'
      ? trans.__('imported')
      : use.kind === 'in'
        ? trans.__('read')
        : trans.__('written');
  return use.certain ? word : trans.__('%1, not certain', word);
}

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IVariant } from '../_api';
import { Difference } from './difference';
import '../../style/preview.css';
import '../../style/variants.css';

interface IProps {
  readonly variants: ReadonlyArray<IVariant>;
  /** Why the last try failed, in the user's language; null where it didn't. */
  readonly refusal: string | null;
  readonly say: (error: IError) => string;
  readonly trans: TranslationBundle;
  readonly onEdit: (name: string) => void;
}

/** Variants that no longer fit their notebook: why, and what would mend each. */
export function Mend(props: IProps): JSX.Element {
  const { variants, refusal, say, trans, onEdit } = props;
  return (
    <div className="jp-DVCMend">
      {variants.length === 0 && <p>{trans.__('Every variant fits.')}</p>}
      {variants.map(variant => (
        <section key={variant.name} aria-label={variant.name}>
          <h2>{variant.name}</h2>
          {variant.problems.map((problem, index) => (
            <p key={index}>{say(problem)}</p>
          ))}
          {variant.mend === null ? (
            <p>
              {trans.__('What it should be can’t be told from the notebook.')}{' '}
              <button
                type="button"
                className="jp-DVCLink"
                onClick={() => {
                  onEdit(variant.name);
                }}
              >
                {trans.__('Edit %1…', variant.name)}
              </button>
            </p>
          ) : (
            <Difference
              diff={variant.diff}
              label={trans.__('What mending %1 changes', variant.name)}
              trans={trans}
            />
          )}
        </section>
      ))}
      <div className="jp-DVCVariantForm-refusal" role="alert">
        {refusal !== null && <p>{refusal}</p>}
      </div>
    </div>
  );
}

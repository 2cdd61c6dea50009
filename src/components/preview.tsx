import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useMemo, useRef } from 'react';

import type { IPreview } from '../_api';
import { blocksOf } from '../step/blocks';
import type { IBlock } from '../step/blocks';
import { Difference } from './difference';
import { Problems } from './problems';
import type { IShownProblem } from './problems';

/** A longer piece that no cell made is folded: it is the same in every script. */
const SHORT = 4;

/** Colours Python source as the page's editors do, into an element. */
export type Highlight = (code: string, host: HTMLElement) => Promise<void>;

interface IProps {
  readonly preview: IPreview;
  /** Those of the clashes, in their order. */
  readonly clashes: ReadonlyArray<IShownProblem>;
  readonly warnings: ReadonlyArray<IShownProblem>;
  readonly failure: IShownProblem | null;
  readonly isUnsaved: boolean;
  readonly trans: TranslationBundle;
  readonly highlight: Highlight | null;
  readonly onShowCell: (cell: number, line: number | null) => void;
  readonly onSync: () => void;
  readonly onOverwrite: () => void;
}

/** What a sync would write: the script with its prose, and the change of dvc.yaml beside it. */
export function Preview(props: IProps): JSX.Element {
  const { preview, clashes, warnings, failure, isUnsaved, trans } = props;
  const blocks = useMemo(() => blocksOf(preview), [preview]);
  return (
    <div className="jp-DVCPreview">
      <div className="jp-DVCPreview-head">
        <p role="status">{sentence(props)}</p>
        {clashes.length > 0 ? (
          <button
            type="button"
            className="jp-Dialog-button jp-mod-styled jp-mod-warn"
            onClick={props.onOverwrite}
          >
            {trans.__('Overwrite and sync')}
          </button>
        ) : (
          <button
            type="button"
            className="jp-Dialog-button jp-mod-styled jp-mod-accept"
            disabled={!preview.writes && !isUnsaved}
            onClick={props.onSync}
          >
            {isUnsaved ? trans.__('Save and sync') : trans.__('Sync step')}
          </button>
        )}
      </div>
      {failure !== null && (
        <Problems
          problems={[failure]}
          trans={trans}
          onShow={() => {
            props.onShowCell(failure.cell ?? 1, failure.line);
          }}
        />
      )}
      {clashes.length > 0 && (
        <section aria-label={trans.__('What would be lost')}>
          <h2>{trans.__('What would be lost')}</h2>
          {clashes.map((clash, index) => (
            <div key={index}>
              <Problems
                problems={[clash]}
                trans={trans}
                onShow={() => {
                  props.onShowCell(clash.cell ?? 1, clash.line);
                }}
              />
              <Difference
                diff={preview.clashes[index]?.diff ?? ''}
                label={clash.text}
                trans={trans}
              />
            </div>
          ))}
        </section>
      )}
      {warnings.length > 0 && (
        <Problems
          problems={warnings}
          trans={trans}
          onShow={index => {
            const warning = warnings[index];
            props.onShowCell(warning?.cell ?? 1, warning?.line ?? null);
          }}
        />
      )}
      <div className="jp-DVCPreview-columns">
        <section aria-label={trans.__('Script')}>
          <h2>
            {trans.__('Script')} <code>{preview.script_path}</code>
          </h2>
          <div
            className="jp-DVCScript"
            tabIndex={0}
            role="region"
            aria-label={trans.__('The script with its prose')}
          >
            <div className="jp-DVCScript-blocks">
              {blocks.map((block, index) => (
                <Block
                  key={index}
                  block={block}
                  trans={trans}
                  highlight={props.highlight}
                  onShowCell={props.onShowCell}
                />
              ))}
            </div>
          </div>
        </section>
        <section aria-label={trans.__('Changes')}>
          <h2>{trans.__('Change of %1', 'dvc.yaml')}</h2>
          <Difference
            diff={preview.dvc_yaml_diff}
            label={trans.__('Change of dvc.yaml')}
            trans={trans}
          />
          <h2>{trans.__('Change of the script')}</h2>
          {isNew(preview.script_diff) ? (
            <p className="jp-DVCEmpty">{trans.__('It is a new file.')}</p>
          ) : (
            <Difference
              diff={preview.script_diff}
              label={trans.__('Change of the script')}
              trans={trans}
            />
          )}
        </section>
      </div>
    </div>
  );
}

function sentence({
  preview,
  clashes,
  failure,
  isUnsaved,
  trans
}: IProps): string {
  if (failure !== null) {
    return trans.__(
      'The notebook as it is now can’t be a step; below is what it was before.'
    );
  }
  if (clashes.length > 0) {
    return trans.__(
      'Something that was edited by hand would be lost. Nothing was written.'
    );
  }
  if (isUnsaved) {
    return trans.__(
      'This is the notebook as it was saved; what changed since is not in it.'
    );
  }
  return preview.writes
    ? trans.__('This is what a sync would write. Nothing was written yet.')
    : trans.__('Script and stage are those of the notebook.');
}

function Block(props: {
  readonly block: IBlock;
  readonly trans: TranslationBundle;
  readonly highlight: Highlight | null;
  readonly onShowCell: (cell: number, line: number | null) => void;
}): JSX.Element {
  const { block, trans, highlight, onShowCell } = props;
  const { cell } = block;
  const frameLines = block.text.split('\n').length;
  return (
    <div className={`jp-DVCScript-block jp-mod-${block.kind}`}>
      <div className="jp-DVCScript-cell">
        {cell !== null && (
          <button
            type="button"
            className="jp-DVCLink"
            title={trans.__('Show cell %1 in the notebook', cell)}
            onClick={() => {
              onShowCell(cell, null);
            }}
          >
            {trans.__('Cell %1', cell)}
          </button>
        )}
      </div>
      {block.kind === 'prose' ? (
        <p className="jp-DVCScript-prose">{block.text}</p>
      ) : cell === null && frameLines > SHORT ? (
        <details>
          <summary>
            {trans._n(
              'Generated frame, %1 line',
              'Generated frame, %1 lines',
              frameLines
            )}
          </summary>
          <Code text={block.text} highlight={highlight} />
        </details>
      ) : (
        <Code text={block.text} highlight={highlight} />
      )}
    </div>
  );
}

function Code(props: {
  readonly text: string;
  readonly highlight: Highlight | null;
}): JSX.Element {
  const { text, highlight } = props;
  const host = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const element = host.current;
    if (highlight === null || element === null) {
      return;
    }
    let isCurrent = true;
    // What isn't seen costs nothing: a script may have a thousand pieces.
    const observer = new IntersectionObserver(seen => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) {
        return;
      }
      observer.disconnect();
      // Coloured apart and put in whole: the plain text stands there until then.
      const coloured = document.createElement('pre');
      void highlight(text, coloured).then(() => {
        if (isCurrent && coloured.textContent === element.textContent) {
          element.replaceChildren(...coloured.childNodes);
        }
      });
    });
    observer.observe(element);
    return () => {
      isCurrent = false;
      observer.disconnect();
    };
  }, [text, highlight]);
  // A key of the text: React must not touch nodes that the colouring replaced.
  return (
    <pre
      key={text}
      ref={host}
      className="jp-DVCScript-code"
      dangerouslySetInnerHTML={{ __html: escaped(text) }}
    />
  );
}

/** All of a new file is beside it already. */
function isNew(diff: string): boolean {
  return /^--- \/dev\/null$/m.test(diff.slice(0, diff.indexOf('\n@@')));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

import type { TranslationBundle } from '@jupyterlab/translation';
import { useMemo, useRef } from 'react';

import type { IPreview } from '../_api';
import { blocksOf } from '../step/blocks';
import type { IBlock } from '../step/blocks';
import { textBefore, unchangedStretches } from '../step/difference';
import type { IStretch } from '../step/difference';
import { Difference } from './difference';
import { Merge } from './merge';
import type { Language } from './merge';
import { Problems } from './problems';
import type { IShownProblem } from './problems';
import '../../style/preview.css';

/** A longer piece that no cell made is folded: it is the same in every script. */
const SHORT = 4;
/** How many lines beside a change are shown. */
const MARGIN = 3;

const STAGES = 'dvc.yaml';
const NOTHING: ReadonlyArray<never> = [];

interface IProps {
  readonly preview: IPreview;
  /** Those of the clashes, in their order. */
  readonly clashes: ReadonlyArray<IShownProblem>;
  readonly warnings: ReadonlyArray<IShownProblem>;
  readonly failure: IShownProblem | null;
  readonly isUnsaved: boolean;
  /** It is being written: the buttons do nothing, and keep the focus. */
  readonly isAtWork: boolean;
  readonly trans: TranslationBundle;
  readonly language: Language;
  readonly onShowCell: (cell: number, line: number | null) => void;
  readonly onApply: () => void;
  readonly onApplyAndRun: () => void;
  readonly onOverwrite: () => void;
}

/** What a sync would write: the script with its prose and dvc.yaml beside it, changed lines marked. */
export function Preview(props: IProps): JSX.Element {
  const { preview, clashes, warnings, failure, trans } = props;
  const { isUnsaved, isAtWork } = props;
  return (
    <div className="jp-DVCPreview">
      <div className="jp-DVCPreview-head">
        <p role="status">{sentence(props)}</p>
        {clashes.length > 0 ? (
          <button
            type="button"
            aria-disabled={isAtWork}
            className="jp-Dialog-button jp-mod-styled jp-mod-warn"
            onClick={props.onOverwrite}
          >
            {trans.__('Overwrite and sync')}
          </button>
        ) : (
          <div>
            <button
              type="button"
              aria-disabled={isAtWork}
              className="jp-Dialog-button jp-mod-styled jp-mod-accept"
              disabled={!preview.writes && !isUnsaved}
              title={
                isUnsaved
                  ? trans.__('Save the notebook, write its script and stage')
                  : trans.__('Write script and stage')
              }
              onClick={props.onApply}
            >
              {trans.__('Apply')}
            </button>
            <button
              type="button"
              aria-disabled={isAtWork}
              className="jp-Dialog-button jp-mod-styled"
              onClick={props.onApplyAndRun}
            >
              {trans.__('Apply and run')}
            </button>
          </div>
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
        <section>
          <h2>
            {trans.__('Script')} <code>{preview.script_path}</code>
            <span>{changeNote(preview.script_diff, trans)}</span>
          </h2>
          <Script {...props} />
        </section>
        <section>
          <h2>
            <code>{STAGES}</code>
            <span>{changeNote(preview.dvc_yaml_diff, trans)}</span>
          </h2>
          {preview.dvc_yaml_new !== '' && (
            <Merge
              before={preview.dvc_yaml_old}
              after={preview.dvc_yaml_new}
              label={trans.__('Change of dvc.yaml')}
              above={NOTHING}
              language={props.language}
              languageName="YAML"
              folds={(lines, changed) =>
                preview.dvc_yaml_old === ''
                  ? []
                  : unchangedStretches(lines, changed, MARGIN, SHORT + 1)
              }
              foldLabel={lines =>
                trans._n('%1 unchanged line', '%1 unchanged lines', lines)
              }
            />
          )}
        </section>
      </div>
    </div>
  );
}

/** Beside a file's name, in words: colour is not all that tells. */
function changeNote(diff: string, trans: TranslationBundle): string {
  if (diff === '') {
    return trans.__('unchanged');
  }
  return isNew(diff) ? trans.__('new') : trans.__('changed');
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
      'This is the notebook as it was saved; what changed since is not in it. Apply saves it first.'
    );
  }
  return preview.writes
    ? trans.__('This is what a sync would write. Nothing was written yet.')
    : trans.__('Script and stage are those of the notebook.');
}

/** The script as the page's editor shows it: prose and the cells' names above what they made. */
function Script(props: IProps): JSX.Element {
  const { preview, trans, language } = props;
  const show = useRef(props.onShowCell);
  show.current = props.onShowCell;
  const blocks = useMemo(() => blocksOf(preview), [preview]);
  const before = useMemo(
    () => textBefore(preview.script, preview.script_diff),
    [preview]
  );
  const above = useMemo(
    () =>
      placed(blocks).flatMap(({ block, line }) => {
        const { cell } = block;
        return cell === null
          ? []
          : [
              {
                line,
                make: () =>
                  aboveLine(block, cell, trans, () => {
                    show.current(cell, null);
                  })
              }
            ];
      }),
    [blocks, trans]
  );
  if (before === null) {
    // Of a script that is no text, only the difference can be shown.
    return (
      <Difference
        diff={preview.script_diff}
        label={trans.__('The script with its prose')}
        trans={trans}
      />
    );
  }
  return (
    <Merge
      before={before}
      after={preview.script}
      label={trans.__('The script with its prose')}
      above={above}
      language={language}
      languageName="Python"
      folds={(lines, changed) => framesOf(blocks, lines, changed)}
      foldLabel={lines =>
        trans._n('Generated frame, %1 line', 'Generated frame, %1 lines', lines)
      }
    />
  );
}

/** What no cell made is the same in every script, but for what changed in it. */
function framesOf(
  blocks: ReadonlyArray<IBlock>,
  lines: number,
  changed: ReadonlyArray<IStretch>
): IStretch[] {
  const ofCells = placed(blocks)
    .filter(({ block }) => block.kind === 'code' && block.cell !== null)
    .map(({ block, line }) => ({
      first: line,
      last: line + block.text.split('\n').length - 1
    }));
  const kept = [
    ...ofCells,
    ...changed.map(({ first, last }) => ({
      first: first - MARGIN,
      last: last + MARGIN
    }))
  ].sort((a, b) => a.first - b.first);
  return unchangedStretches(lines, kept, 0, SHORT + 1);
}

/** Each block with the line of the script that it begins at, or stands above. */
function placed(
  blocks: ReadonlyArray<IBlock>
): { readonly block: IBlock; readonly line: number }[] {
  let next = 1;
  return blocks.map(block => {
    const line = next;
    next += block.kind === 'code' ? block.text.split('\n').length : 0;
    return { block, line };
  });
}

/** What stands above a line is the editor's, which knows nothing of React. */
function aboveLine(
  block: IBlock,
  cell: number,
  trans: TranslationBundle,
  onShow: () => void
): HTMLElement {
  const host = document.createElement('div');
  host.className = 'jp-DVCScript-above';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-DVCLink';
  button.title = trans.__('Show cell %1 in the notebook', cell);
  button.textContent = trans.__('Cell %1', cell);
  button.addEventListener('click', onShow);
  host.append(button);
  if (block.kind === 'prose') {
    const prose = document.createElement('p');
    prose.className = 'jp-DVCScript-prose';
    prose.textContent = block.text;
    host.append(prose);
  }
  return host;
}

/** All of a new file is beside it already. */
function isNew(diff: string): boolean {
  return /^--- \/dev\/null$/m.test(diff.slice(0, diff.indexOf('\n@@')));
}

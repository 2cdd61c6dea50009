import type { TranslationBundle } from '@jupyterlab/translation';

interface IProps {
  /** A unified diff; empty where nothing changes. */
  readonly diff: string;
  /** What is compared, for who can't see it. */
  readonly label: string;
  readonly trans: TranslationBundle;
}

/** How a line of a unified diff is meant, by its sign. */
export function lineKind(
  line: string
): 'file' | 'hunk' | 'added' | 'removed' | 'same' {
  if (line.startsWith('+++ ') || line.startsWith('--- ')) {
    return 'file';
  }
  if (line.startsWith('@@')) {
    return 'hunk';
  }
  return line.startsWith('+')
    ? 'added'
    : line.startsWith('-')
      ? 'removed'
      : 'same';
}

/** A unified diff, its signs kept, so that colour says nothing that the text doesn't. */
export function Difference({ diff, label, trans }: IProps): JSX.Element {
  if (diff === '') {
    return <p className="jp-DVCEmpty">{trans.__('No change.')}</p>;
  }
  const lines = diff.replace(/\n$/, '').split('\n');
  // Behind the first hunk's head, a line such as `--- x` is a removed `-- x`.
  let isInHunk = false;
  return (
    <pre
      className="jp-DVCDifference"
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      {lines.map((line, index) => {
        const kind = lineKind(isInHunk ? line.slice(0, 1) : line);
        isInHunk ||= kind === 'hunk';
        return (
          <span
            key={index}
            className={`jp-DVCDifference-line jp-mod-${line.startsWith('@@') ? 'hunk' : kind}`}
          >
            {line}
            {'\n'}
          </span>
        );
      })}
    </pre>
  );
}

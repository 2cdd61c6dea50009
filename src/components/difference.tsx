import type { TranslationBundle } from '@jupyterlab/translation';

interface IProps {
  /** A unified diff; empty where nothing changes. */
  readonly diff: string;
  /** What is compared, for who can't see it. */
  readonly label: string;
  readonly trans: TranslationBundle;
}

/**
 * How a line of a unified diff is meant, by its sign.
 *
 * @param isInHunk - Whether a hunk's head stands above it: there `--- x` is a removed `-- x`.
 */
export function lineKind(
  line: string,
  isInHunk: boolean
): 'file' | 'hunk' | 'added' | 'removed' | 'same' {
  if (line.startsWith('@@ ')) {
    return 'hunk';
  }
  if (!isInHunk || line.startsWith('\\')) {
    return 'file';
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
  // The heading above says already what git is called with.
  const lines = diff
    .replace(/\n$/, '')
    .split('\n')
    .filter((line, index) => index > 0 || !line.startsWith('diff --git '));
  let isInHunk = false;
  return (
    <pre
      className="jp-DVCDifference"
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      {lines.map((line, index) => {
        const kind = lineKind(line, isInHunk);
        isInHunk ||= kind === 'hunk';
        return (
          <span key={index} className={`jp-DVCDifference-line jp-mod-${kind}`}>
            {line}
            {'\n'}
          </span>
        );
      })}
    </pre>
  );
}

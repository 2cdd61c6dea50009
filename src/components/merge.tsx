import type { Extension } from '@codemirror/state';
import { useEffect, useRef } from 'react';

import type { IMergeOptions } from '../editor/merge';
import { mergeView } from '../editor/merge';

/** What colours a language in the page's editors; nothing where it has none by that name. */
export type Language = (name: string) => Promise<Extension>;

interface IProps extends Omit<IMergeOptions, 'language'> {
  readonly languageName: string;
  readonly language: Language;
}

/** A text against the one before it; it is made anew where one of them changes. */
export function Merge(props: IProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const { before, after, label, above, language, languageName } = props;
  useEffect(() => {
    let isCurrent = true;
    let view: ReturnType<typeof mergeView> | null = null;
    // Without the language's colours the text is there all the same.
    const coloured = language(languageName).catch(() => []);
    void coloured.then(extension => {
      if (isCurrent && host.current !== null) {
        view = mergeView(host.current, {
          ...latest.current,
          language: extension
        });
      }
    });
    return () => {
      isCurrent = false;
      view?.destroy();
    };
  }, [before, after, label, above, language, languageName]);
  return (
    <div ref={host} className="jp-DVCMerge" role="region" aria-label={label} />
  );
}

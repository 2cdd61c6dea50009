import { useEffect, useRef } from 'react';

/** How long typing pauses before what was typed is checked, in ms. */
const PAUSE = 150;

/**
 * Check what is being typed once that pauses; of what isn't typed any more no answer comes.
 *
 * @param check - What to ask; null while nothing is typed, which then has no complaint.
 * @param typed - What tells one thing that is typed from another.
 * @returns What ends a check that is on: what is said meanwhile stays said.
 */
export function useCheck(
  check: (() => Promise<string | null>) | null,
  typed: unknown,
  onAnswer: (complaint: string | null) => void
): () => void {
  const isTouched = check !== null;
  const settle = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (check === null) {
      onAnswer(null);
      return;
    }
    let isCurrent = true;
    settle.current = () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
    const timer = window.setTimeout(() => {
      void check().then(complaint => {
        if (isCurrent) {
          onAnswer(complaint);
        }
      });
    }, PAUSE);
    return settle.current;
    // What it is checked with may be another object with each answer.
  }, [typed, isTouched]);
  return () => {
    settle.current();
  };
}

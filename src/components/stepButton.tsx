import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon } from '@jupyterlab/ui-components';
import { useEffect, useState } from 'react';

import type { IReason } from '../_api';
import type { IStepLabel } from '../step/label';

interface IProps {
  readonly label: IStepLabel;
  readonly isOpen: boolean;
  readonly trans: TranslationBundle;
  /** The reasons in the user's language; what that takes is loaded late. */
  readonly describe: (reasons: ReadonlyArray<IReason>) => Promise<string[]>;
  readonly onOpen: (button: HTMLElement) => void;
}

/** The reasons as they are told, and those that this is of. */
interface ITold {
  readonly key: string;
  readonly reasons: ReadonlyArray<string>;
}

/** The button in a notebook's toolbar: the step's state, and a menu of what to do. */
export function StepButton(props: IProps): JSX.Element {
  const { label, isOpen, trans, describe, onOpen } = props;
  const name = trans.__('DVC: %1', label.word);
  const english = [...new Set(label.why.map(({ message }) => message))];
  const key = english.join('\n');
  const [isLookedAt, setLookedAt] = useState(false);
  const [told, setTold] = useState<ITold | null>(null);
  useEffect(() => {
    if (!isLookedAt || key === '') {
      return;
    }
    let isCurrent = true;
    describe(label.why).then(
      reasons => {
        if (isCurrent) {
          setTold({ key, reasons });
        }
      },
      () => {
        // With the server away they stay in English.
      }
    );
    return () => {
      isCurrent = false;
    };
  }, [isLookedAt, key]);
  const reasons = told?.key === key ? told.reasons : english;
  const look = (): void => {
    setLookedAt(true);
  };
  return (
    <button
      type="button"
      className={`jp-ToolbarButtonComponent jp-DVCStepButton jp-mod-${label.mod}`}
      aria-label={name}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      title={[name, ...reasons].join('\n')}
      onMouseEnter={look}
      onFocus={look}
      onMouseDown={event => {
        // Clicking must not take the focus from the cell that is edited.
        event.preventDefault();
      }}
      onClick={event => {
        onOpen(event.currentTarget);
      }}
      onKeyDown={event => {
        if (event.key === 'ArrowDown') {
          event.preventDefault();
          onOpen(event.currentTarget);
        }
      }}
    >
      <label.icon.react
        tag="span"
        className="jp-DVCStepButton-icon"
        elementSize="normal"
      />
      <span className="jp-ToolbarButtonComponent-label jp-DVCStepButton-word">
        {label.word}
      </span>
      <caretDownIcon.react tag="span" elementSize="small" />
    </button>
  );
}

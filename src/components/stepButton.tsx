import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon } from '@jupyterlab/ui-components';

import type { IStepLabel } from '../step/label';

interface IProps {
  readonly label: IStepLabel;
  readonly isUnsaved: boolean;
  readonly isOpen: boolean;
  readonly trans: TranslationBundle;
  readonly onOpen: (button: HTMLElement) => void;
}

/** The button in a notebook's toolbar: the step's state, and a menu of what to do. */
export function StepButton(props: IProps): JSX.Element {
  const { label, isUnsaved, isOpen, trans, onOpen } = props;
  const state = isUnsaved ? trans.__('%1, unsaved', label.word) : label.word;
  const name = trans.__('DVC: %1', state);
  return (
    <button
      type="button"
      className={`jp-ToolbarButtonComponent jp-DVCStepButton jp-mod-${label.mod}`}
      aria-label={name}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      title={label.why === '' ? name : `${name}\n${label.why}`}
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
        {state}
      </span>
      <caretDownIcon.react tag="span" elementSize="small" />
    </button>
  );
}

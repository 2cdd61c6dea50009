import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

/**
 * Selects, in a dialog, the field that JupyterLab gives the focus.
 *
 * It does that once the page is idle: by then somebody may type in another field, which is to keep it.
 */
export const FIRST_FIELD =
  ':focus, .jp-Dialog-body:not(:focus-within) :is(input, select, button)';

/** A form as the body of a dialog. */
export abstract class FormBody extends ReactWidget {
  /**
   * Draw what was typed before anything else is.
   *
   * An update that waits for the next frame would put the old text back for that long: the cursor jumps to its
   * end, and a change of a second field is one of a form that lacks the first.
   */
  protected draw(): void {
    if (this.isAttached) {
      this.onUpdateRequest(Widget.Msg.UpdateRequest);
    } else {
      this.update();
    }
  }
}

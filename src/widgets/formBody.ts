import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

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

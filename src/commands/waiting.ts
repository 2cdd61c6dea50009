import { Notification } from '@jupyterlab/apputils';

import { waitSentence } from '../runs/summary';
import type { ITarget, IWorkbench } from './workbench';

/** While what is written waits for a run to have read it, say so; until what is returned is called. */
export function tellWaiting(
  { steps, trans }: IWorkbench,
  { localPath }: ITarget,
  title: string
): () => void {
  let id: string | null = null;
  const look = (): void => {
    const [holder] = steps.get(localPath)?.state?.sync_waits_for ?? [];
    if (holder !== undefined && id === null) {
      id = Notification.emit(
        `${title}: ${waitSentence(holder, trans)}`,
        'in-progress',
        { autoClose: false }
      );
    }
  };
  steps.changed.connect(look);
  return () => {
    steps.changed.disconnect(look);
    if (id !== null) {
      Notification.dismiss(id);
    }
  };
}

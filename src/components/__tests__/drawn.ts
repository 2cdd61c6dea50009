import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

/** Wait until what is drawn in a node is so: React draws when it finds the time. */
export async function until(
  node: HTMLElement,
  isSo: () => boolean
): Promise<void> {
  if (isSo()) {
    return;
  }
  await new Promise<void>(resolve => {
    const observer = new MutationObserver(() => {
      if (isSo()) {
        observer.disconnect();
        resolve();
      }
    });
    observer.observe(node, {
      attributes: true,
      childList: true,
      subtree: true
    });
  });
}

/** The node of a component that is in the page, once it is drawn. */
export async function drawn(element: JSX.Element): Promise<HTMLElement> {
  const widget = ReactWidget.create(element);
  Widget.attach(widget, document.body);
  await until(widget.node, () => widget.node.firstElementChild !== null);
  return widget.node;
}

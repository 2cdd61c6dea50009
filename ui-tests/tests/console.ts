import type { Page } from '@playwright/test';

/**
 * Of JupyterLab itself: its debugger may still ask a kernel that was ended, as
 * the one of a notebook whose cut is undone is.
 */
const OF_JUPYTERLAB = /restore the debugger state/;

/** Collects what goes wrong in a page from now on: errors in its console and exceptions nobody caught. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error' && !OF_JUPYTERLAB.test(message.text())) {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', error => errors.push(error.stack ?? String(error)));
  return errors;
}

/** Those but for what the server half refuses while it is typed, or can’t be told of it: the browser tells of each such answer. */
export function unrefused(errors: ReadonlyArray<string>): string[] {
  return errors.filter(
    error =>
      !/ 400 [^]*\/jupyterlab-dvc\/(?:edit|params)\?| 404 [^]*\/jupyterlab-dvc\/sync\?| 409 [^]*\/jupyterlab-dvc\/split\?/.test(
        error
      )
  );
}

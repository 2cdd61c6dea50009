import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ISession } from '../session';
import { TRANSLATION_DOMAIN } from '../tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the factory has to return the button at once
import { StepButton } from '../widgets/stepButton';

/** Adds the button of the notebooks' toolbar; its place is said by the schema. */
export const toolbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:toolbar',
  description:
    'Adds the button that shows a notebook’s state as a step, with a menu of what to do.',
  autoStart: true,
  requires: [ISession, IToolbarWidgetRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    session: ISession,
    registry: IToolbarWidgetRegistry,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    registry.addFactory<NotebookPanel>(
      'Notebook',
      'dvc',
      panel => new StepButton(panel, session.steps, app.commands, trans)
    );
  }
};

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTools } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Collapser } from '@jupyterlab/ui-components';

import { ISession } from '../session';
import { TRANSLATION_DOMAIN } from '../tokens';
import { PanelTool } from '../widgets/panelTool';

/** The section of the notebook tools for the step and its directives. */
export const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:panel',
  description:
    'Adds a section to the notebook tools that shows and edits a notebook as a step of a DVC pipeline.',
  autoStart: true,
  requires: [ISession, IDocumentManager],
  optional: [INotebookTools, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    session: ISession,
    documents: IDocumentManager,
    tools: INotebookTools | null,
    translator: ITranslator | null
  ): void => {
    if (tools === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const tool = new PanelTool(tools, {
      steps: session.steps,
      commands: app.commands,
      documents,
      server: app.serviceManager.serverSettings,
      trans
    });
    tools.addSection({
      sectionName: 'jupyterlab-dvc',
      label: trans.__('Pipeline step'),
      tool,
      rank: 1
    });
    // A section begins folded, and JupyterLab has no option for it.
    for (let part = tool.parent; part !== null; part = part.parent) {
      if (part instanceof Collapser) {
        part.collapsed = false;
        break;
      }
    }
  }
};

import { commands } from './plugins/commands';
import { docstring } from './plugins/docstring';
import { launcher } from './plugins/launcher';
import { panel } from './plugins/panel';
import { running } from './plugins/running';
import { model, session } from './plugins/session';
import { settings } from './plugins/settings';
import { toolbar } from './plugins/toolbar';
import { version } from './plugins/version';

export { IDVC } from './tokens';
export type { IRuns, IStepModel } from './tokens';

export default [
  version,
  session,
  model,
  settings,
  commands,
  toolbar,
  running,
  panel,
  docstring,
  launcher
];

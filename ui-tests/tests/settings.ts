import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';

/** Users' settings of a server, in a folder: those of a person whom JupyterLab asks nothing. */
export function makeSettings(folder: string): string {
  const plugin = join(folder, '@jupyterlab', 'apputils-extension');
  mkdirSync(plugin, { recursive: true });
  writeFileSync(
    join(plugin, 'notification.jupyterlab-settings'),
    '{"fetchNews": "false"}'
  );
  return folder;
}

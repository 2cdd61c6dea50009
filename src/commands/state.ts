import type { IState } from '../_api';
import { getState } from '../api';
import type { ITarget, IWorkbench } from './workbench';

/**
 * How a notebook's step stands: as a view of it has it, else as the server half says now.
 *
 * @throws RequestError - It can't be said.
 */
export async function stepState(
  { server, steps }: IWorkbench,
  { localPath }: ITarget
): Promise<IState> {
  const shown = steps.get(localPath)?.state ?? null;
  if (shown !== null) {
    return shown;
  }
  const answer = await getState(server, localPath, null);
  if (answer === null) {
    throw new Error('304 without an ETag');
  }
  return answer.state;
}

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  IChecked,
  ICompletions,
  IEdited,
  IEditRequest,
  IInitialized,
  IInitRequest,
  IParamsForm,
  IParamsRequest,
  IParsed,
  IParseRequest,
  IPathRequest,
  IPreview,
  IProposed,
  IProposeRequest,
  IRepaired,
  IRepairRequest,
  IRun,
  IRunRequest,
  ISetParams,
  ISplit,
  ISplitRequest,
  IState,
  ISynced,
  ISyncRequest,
  IVariants,
  IVariantsRequest,
  IVersion
} from './_api';
import { ask, request } from './request';
import { ROUTES } from './tokens';

type Settings = ServerConnection.ISettings;

/** The release of the server half. */
export function getVersion(settings: Settings): Promise<IVersion> {
  return request<IVersion>('version', settings);
}

/** The state of a notebook's step, and what to name when asking again. */
export interface ITaggedState {
  readonly state: IState;
  readonly etag: string | null;
}

/** The state of a notebook's step; null where it is still the one of `etag`. */
export async function getState(
  settings: Settings,
  path: string,
  etag: string | null
): Promise<ITaggedState | null> {
  const answer = await ask<IState>(
    `state?${query({ path })}`,
    settings,
    etag === null ? {} : { headers: { 'If-None-Match': etag } }
  );
  return answer.status === 304
    ? null
    : { state: answer.body, etag: answer.headers.get('ETag') };
}

/** What a sync would write. */
export function preview(settings: Settings, path: string): Promise<IPreview> {
  const body: IPathRequest = { path };
  return post<IPreview>('preview', settings, body);
}

/** Write script and stage; a 409 carries what would be lost. */
export function sync(settings: Settings, body: ISyncRequest): Promise<ISynced> {
  return post<ISynced>('sync', settings, body);
}

/** Say what is wrong with a step, without writing. */
export function check(settings: Settings, path: string): Promise<IChecked> {
  const body: IPathRequest = { path };
  return post<IChecked>('check', settings, body);
}

/** The parameters of a step, from its docstring. */
export function getParams(
  settings: Settings,
  path: string
): Promise<IParamsForm> {
  const body: IPathRequest = { path };
  return post<IParamsForm>('params', settings, body);
}

/** Set values in the step's params files, or take them out (null); a 409 where one is not as expected. */
export function setValues(
  settings: Settings,
  body: IParamsRequest
): Promise<ISetParams> {
  return post<ISetParams>('params', settings, body);
}

/** Start a run, or queue it behind the one that is on. */
export function startRun(settings: Settings, body: IRunRequest): Promise<IRun> {
  return post<IRun>('runs', settings, body);
}

/** The runs of the project that a path is in. */
export function getRuns(
  settings: Settings,
  path: string
): Promise<ReadonlyArray<IRun>> {
  return request<ReadonlyArray<IRun>>(`runs?${query({ path })}`, settings);
}

/** One run. */
export function getRun(settings: Settings, id: string): Promise<IRun> {
  return request<IRun>(`runs/${encodeURIComponent(id)}`, settings);
}

/** Stop a run and all that it started. */
export function stopRun(settings: Settings, id: string): Promise<IRun> {
  return post<IRun>(`runs/${encodeURIComponent(id)}/stop`, settings, {});
}

/** What the docstring and the cells say, as the page has them. */
export function parse(
  settings: Settings,
  body: IParseRequest
): Promise<IParsed> {
  return post<IParsed>('parse', settings, body);
}

/** What a change of a docstring's fields does to its cell's source. */
export function edit(settings: Settings, body: IEditRequest): Promise<IEdited> {
  return post<IEdited>('edit', settings, body);
}

/** What would make a step of a notebook that has no docstring; nothing is written. */
export function propose(
  settings: Settings,
  body: IProposeRequest
): Promise<IProposed> {
  return post<IProposed>('propose', settings, body);
}

/** What a notebook cut in two would be; nothing is written. */
export function split(
  settings: Settings,
  body: ISplitRequest
): Promise<ISplit> {
  return post<ISplit>('split', settings, body);
}

/** Make a DVC project of a folder; with git, where no repository is above it. */
export function initialize(
  settings: Settings,
  path: string
): Promise<IInitialized> {
  const body: IInitRequest = { path };
  return post<IInitialized>('init', settings, body);
}

/** The variants of a step, and what one may have of its own. */
export function getVariants(
  settings: Settings,
  path: string
): Promise<IVariants> {
  return request<IVariants>(`variants?${query({ path })}`, settings);
}

/** Add, replace or remove a variant, or take such a change back; a 409 where `dvc.yaml` is another. */
export function changeVariants(
  settings: Settings,
  body: IVariantsRequest
): Promise<IVariants> {
  return post<IVariants>('variants', settings, body);
}

/** Make a project's list of files in use right again, where nothing of DVC runs. */
export function repair(settings: Settings, path: string): Promise<IRepaired> {
  const body: IRepairRequest = { path };
  return post<IRepaired>('repair', settings, body);
}

/** What may stand in a field of a kind, as seen from the project that a notebook is in. */
export function complete(
  settings: Settings,
  path: string,
  kind: string,
  prefix: string
): Promise<ICompletions> {
  return request<ICompletions>(
    `complete?${query({ path, kind, prefix })}`,
    settings
  );
}

/** The end of a run's log, as text. */
export async function getLogEnd(
  settings: Settings,
  run: IRun,
  bytes: number
): Promise<string> {
  const response = await ServerConnection.makeRequest(
    logUrl(settings, run.id, Math.max(run.log_size - bytes, 0)),
    {},
    settings
  );
  return response.ok ? response.text() : '';
}

/** Where a run's log is, as bytes from an offset. */
export function logUrl(settings: Settings, id: string, offset: number): string {
  return `${logRoute(settings.baseUrl, id)}?${query({ offset: String(offset) })}`;
}

/** Where a run's log comes live; the token goes with it where a socket can't have headers. */
export function logSocketUrl(
  settings: Settings,
  id: string,
  offset: number
): string {
  const parameters: Record<string, string> = { offset: String(offset) };
  if (settings.appendToken && settings.token !== '') {
    parameters['token'] = settings.token;
  }
  return `${logRoute(settings.wsUrl, id)}?${query(parameters)}`;
}

function logRoute(base: string, id: string): string {
  return URLExt.join(base, ROUTES, 'runs', encodeURIComponent(id), 'log');
}

function query(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}

function post<T>(route: string, settings: Settings, body: object): Promise<T> {
  return request<T>(route, settings, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body)
  });
}

import type { IRun } from '../../_api';

/** A run, with what a test says of it. */
export function run(about: Partial<IRun> = {}): IRun {
  return {
    id: '20260101T000000Z-abcdef',
    number: 1,
    project: 'demo',
    what: 'pipeline',
    targets: [],
    state: 'running',
    created: 1,
    started: 1,
    ended: null,
    stages: [],
    waiting_for: [],
    error: null,
    log_size: 0,
    ...about
  };
}

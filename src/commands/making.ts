/** What makes a notebook a step, a new one or two of it: loaded together. */
export { makeStep } from './makeStep';
export { newStep } from './newStep';
export { split } from './split';

/*
 * What makes steps, notebooks and projects. It is one piece to load: the page's start knows the name
 * of each piece there is.
 */
export { init } from './init';
export { makeStep } from './makeStep';
export { newStep } from './newStep';
export { split } from './split';

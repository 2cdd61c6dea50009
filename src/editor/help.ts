/** What helps in a docstring and loads when it is first needed, together. */
export { propose } from './completions';
export { explainAtCursor, explanationOf } from './explanation';
export { showMarks } from './marks';
export { failureSentence } from '../sentence';
export { applyChanges } from '../step/editing';

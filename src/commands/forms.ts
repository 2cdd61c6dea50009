export { newStep } from './newStep';
export { runWith } from './runWith';
export { split } from './split';

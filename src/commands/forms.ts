/** Commands that ask something in a dialog: loaded together. */
export { makeHyperparameter } from './makeHyperparameter';
export { mendVariants } from './mendVariants';
export { newStep } from './newStep';
export { runWith } from './runWith';
export { split } from './split';
export { duplicate, editVariant, removeVariant } from './variants';

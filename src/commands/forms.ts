/** Commands that ask something in a dialog: loaded together. */
export { mendVariants } from './mendVariants';
export { newStep } from './newStep';
export { runWith } from './runWith';
export { duplicate, editVariant, removeVariant } from './variants';

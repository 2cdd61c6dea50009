export { mendVariants } from './mendVariants';
export { newStep } from './newStep';
export { runWith } from './runWith';
export { duplicate, editVariant, removeVariant } from './variants';

/** What is done to a project as a whole, seldom: loaded together. */
export { init } from './init';
export { repair } from './repair';

/** What a docstring brings along in an open notebook, loaded together. */
export { Badges } from './badges';
export { DocstringEditor } from './docstringEditor';

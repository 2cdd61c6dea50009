import { version } from './plugins/version';

export default [version];

const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom with what it lacks of a browser: Node's network classes, and what JupyterLab derives classes from. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      DragEvent: class DragEvent extends this.global.MouseEvent {},
      Headers,
      IntersectionObserver: class IntersectionObserver {},
      ResizeObserver: class ResizeObserver {},
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      fetch,
      requestIdleCallback: callback => setTimeout(callback, 0),
      matchMedia: () => ({ addListener: () => undefined, matches: false })
    });
  }
};

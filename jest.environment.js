const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom with what it lacks of a browser: Node's network classes, and the event that Lumino derives from. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      DragEvent: class DragEvent extends this.global.MouseEvent {},
      Headers,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      fetch,
      matchMedia: () => ({ addListener: () => undefined, matches: false })
    });
  }
};

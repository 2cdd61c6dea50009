/** A piece of text instead of another: offsets in UTF-16 units. */
export interface ISplice {
  readonly start: number;
  readonly stop: number;
  readonly text: string;
}

/** What an edit needs of a cell's shared model; the same in every release of it. */
export interface ISharedSource {
  getSource(): string;
  updateSource(start: number, end: number, value?: string): void;
}

/**
 * Carry out an edit as one step to undo.
 *
 * What is typed within half a second is merged into one step otherwise, be it before or after.
 */
export function splice(
  cell: ISharedSource,
  { start, stop, text }: ISplice
): void {
  if (start === stop && text === '') {
    return;
  }
  stopCapturing(cell);
  cell.updateSource(start, stop, text);
  stopCapturing(cell);
}

/** A text as it would be after an edit. */
export function spliced(
  source: string,
  { start, stop, text }: ISplice
): string {
  return source.slice(0, start) + text + source.slice(stop);
}

/** The undo manager isn't part of the shared model's interface, though each implementation has one. */
export function stopCapturing(shared: object): void {
  const manager: unknown = Reflect.get(shared, 'undoManager');
  if (isUndoManager(manager)) {
    manager.stopCapturing();
  }
}

function isUndoManager(
  value: unknown
): value is { readonly stopCapturing: () => void } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'stopCapturing') === 'function'
  );
}

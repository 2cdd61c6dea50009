import type { IFieldView } from '../../_api';

/** A row of a docstring as the server tells it. */
export function view(
  line: number,
  values: Partial<IFieldView> = {}
): IFieldView {
  return {
    line,
    last: line,
    start: 0,
    stop: 0,
    kind: 'in',
    key: 'dvc-in',
    text: '',
    name: null,
    type: null,
    default: null,
    required: false,
    path: 'x',
    param: null,
    exists: null,
    maker: null,
    key_path: null,
    file: null,
    value: null,
    notebook_value: null,
    origin: null,
    problems: [],
    ...values
  };
}

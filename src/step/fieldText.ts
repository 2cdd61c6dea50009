import type { IFieldText, IFieldView } from '../_api';

const NOTHING: IFieldText = {
  kind: 'param',
  name: null,
  type: null,
  text: null,
  path: null,
  param: null,
  key: null,
  file: null
};

/** A field of a kind that says nothing yet. */
export function newField(
  kind: IFieldText['kind'],
  values: Partial<IFieldText> = {}
): IFieldText {
  return { ...NOTHING, ...values, kind };
}

/** What a field says, as an edit takes it; null for one that wasn't understood. */
export function textOf(field: IFieldView): IFieldText | null {
  const { kind, name, type, text, path, param, key_path: key, file } = field;
  return kind === 'unknown'
    ? null
    : { kind, name, type, text, path, param, key, file };
}

export function isSame(one: IFieldText, other: IFieldText): boolean {
  return (Object.keys(NOTHING) as Array<keyof IFieldText>).every(
    key => (one[key] ?? '') === (other[key] ?? '')
  );
}

/** Whether two fields, understood or not, say the same. */
export function saysTheSame(one: IFieldView, other: IFieldView): boolean {
  const [text, otherText] = [textOf(one), textOf(other)];
  return text === null || otherText === null
    ? one.kind === other.kind && one.text === other.text
    : isSame(text, otherText) && one.kind === other.kind;
}

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFieldView } from '../../_api';
import type { GroupName, RowKind } from '../../step/fields';

/** What a kind of field is called. */
export function kindLabel(kind: RowKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'param':
      return trans.__('Parameter');
    case 'in':
      return trans.__('Input');
    case 'out':
      return trans.__('Output');
    case 'out-persist':
      return trans.__('Output, kept between runs');
    case 'metric':
      return trans.__('Metrics');
    case 'plot':
      return trans.__('Plot');
    case 'hyperparameter':
      return trans.__('Hyperparameter');
    case 'extra':
      return trans.__('Extra arguments');
    case 'command':
      return trans.__('Whole command');
    case 'stage-name':
      return trans.__('Stage name');
    case 'desc':
      return trans.__('Description');
    case 'frozen':
      return trans.__('Frozen');
    case 'always-changed':
      return trans.__('Always changed');
    default:
      return trans.__('Other field');
  }
}

export function groupLabel(group: GroupName, trans: TranslationBundle): string {
  switch (group) {
    case 'params':
      return trans.__('Parameters');
    case 'inputs':
      return trans.__('Inputs');
    case 'outputs':
      return trans.__('Outputs');
    case 'hyperparameters':
      return trans.__('Hyperparameters');
    default:
      return trans.__('Extra arguments');
  }
}

/** What the add button of a group says. */
export function addLabel(group: GroupName, trans: TranslationBundle): string {
  switch (group) {
    case 'params':
      return trans.__('Add parameter');
    case 'inputs':
      return trans.__('Add input');
    case 'outputs':
      return trans.__('Add output');
    case 'hyperparameters':
      return trans.__('Add hyperparameter');
    default:
      return trans.__('Add extra arguments');
  }
}

/** The name that a row goes by. */
export function rowName(field: IFieldView): string {
  const name = field.name ?? field.path ?? fileAndKey(field) ?? field.text;
  return field.kind === 'unknown' || name === '' ? `:${field.key}:` : name;
}

/** A hyperparameter's place among the values. */
export function fileAndKey(field: IFieldView): string | null {
  const { key_path: key, file } = field;
  return key === null || key === '' ? key : `${file ?? 'params.yaml'}: ${key}`;
}

/** What a row says beside its name. */
export function rowNote(field: IFieldView, trans: TranslationBundle): string {
  if (field.kind === 'param') {
    return field.type ?? 'str';
  }
  const parts: string[] = [];
  if (!['in', 'out', 'extra', 'hyperparameter'].includes(field.kind)) {
    parts.push(kindLabel(field.kind, trans));
  }
  if (field.param !== null) {
    parts.push(trans.__('parameter %1', field.param));
  }
  if (field.maker !== null) {
    parts.push(trans.__('made by %1', field.maker));
  } else if (field.exists === 'tracked') {
    parts.push(trans.__('tracked by DVC'));
  } else if (field.kind === 'in' && field.exists === 'missing') {
    parts.push(trans.__('not there yet'));
  }
  return parts.join(' · ');
}

/** Where a parameter's value in the pipeline comes from. */
export function originLabel(
  field: IFieldView,
  trans: TranslationBundle
): string {
  const { origin } = field;
  switch (origin?.kind) {
    case 'extra':
      return trans.__('%1, from the extra arguments', origin.text);
    case 'key':
      return trans.__('from %1', origin.text);
    case 'in':
      return trans.__('the input %1', origin.text);
    case 'out':
      return trans.__('the output %1', origin.text);
    case 'default':
      return trans.__('%1, its default', origin.text);
    default:
      return field.required
        ? trans.__('nothing feeds it')
        : trans.__('its default');
  }
}

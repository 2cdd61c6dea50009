import type { TranslationBundle } from '@jupyterlab/translation';

/** A directive as help shows it. */
export interface IDirective {
  /** Between the colons, without arguments. */
  readonly key: string;
  /** How it is written. */
  readonly form: string;
  /** What it does, in a sentence. */
  readonly text: string;
}

/** The directives, in the order in which they are proposed. */
export function directives(trans: TranslationBundle): IDirective[] {
  return [
    {
      key: 'param',
      form: ':param int size: …',
      text: trans.__(
        'A parameter of the script. Its value in the notebook is what the first code cell assigns; in the pipeline it comes from a directive or from its default.'
      )
    },
    {
      key: 'dvc-in',
      form: ':dvc-in [param]: path',
      text: trans.__(
        'A file or folder that the step reads: a dependency of its stage. With a parameter, the path is its value.'
      )
    },
    {
      key: 'dvc-out',
      form: ':dvc-out [param]: path',
      text: trans.__(
        'A file or folder that the step writes: an output of its stage, kept in DVC’s cache.'
      )
    },
    {
      key: 'dvc-out-persist',
      form: ':dvc-out-persist [param]: path',
      text: trans.__(
        'An output that stays where it is when the stage runs again, so that the step can go on from it.'
      )
    },
    {
      key: 'dvc-metric',
      form: ':dvc-metric [param]: path',
      text: trans.__('An output that DVC shows as metrics.')
    },
    {
      key: 'dvc-plot',
      form: ':dvc-plot [param]: path',
      text: trans.__('An output that DVC shows as a plot.')
    },
    {
      key: 'dvc-param',
      form: ':dvc-param [param]: [file:]key',
      text: trans.__(
        'A hyperparameter: a key of params.yaml, or of another file. When its value changes, the stage is stale.'
      )
    },
    {
      key: 'dvc-extra',
      form: ':dvc-extra: arguments',
      text: trans.__(
        'Arguments that are put at the end of the stage’s command as they stand.'
      )
    },
    {
      key: 'dvc-cmd',
      form: ':dvc-cmd: command',
      text: trans.__(
        'The whole command of the stage, instead of inputs, outputs and arguments.'
      )
    },
    {
      key: 'dvc-meta-file',
      form: ':dvc-meta-file: name',
      text: trans.__('The stage’s name.')
    },
    {
      key: 'dvc-desc',
      form: ':dvc-desc: text',
      text: trans.__('The stage’s description.')
    },
    {
      key: 'dvc-frozen',
      form: ':dvc-frozen:',
      text: trans.__('DVC never runs the stage, whatever changes.')
    },
    {
      key: 'dvc-always-changed',
      form: ':dvc-always-changed:',
      text: trans.__('DVC runs the stage each time.')
    }
  ];
}

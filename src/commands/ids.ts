/** The commands that a user meets; their places come from the settings' schema. */
export const COMMANDS = {
  preview: 'dvc:preview',
  sync: 'dvc:sync',
  runStep: 'dvc:run-step',
  runWith: 'dvc:run-with',
  runPipeline: 'dvc:run-pipeline',
  check: 'dvc:check',
  stop: 'dvc:stop',
  showLog: 'dvc:show-log',
  makeStep: 'dvc:make-step',
  split: 'dvc:split',
  duplicate: 'dvc:duplicate',
  newStep: 'dvc:new-step',
  init: 'dvc:init',
  repair: 'dvc:repair'
} as const;

/** What is done with one variant of a step, from the panel and from notifications. */
export const VARIANT_COMMANDS = {
  run: 'dvc:run-variant',
  edit: 'dvc:edit-variant',
  remove: 'dvc:remove-variant',
  mend: 'dvc:mend-variants'
} as const;

/** What is done with one parameter of a step, from the panel. */
export const MAKE_HYPERPARAMETER = 'dvc:make-hyperparameter';

/** What the toolbar's button offers, in this order. */
export const TOOLBAR_MENU: ReadonlyArray<string> = [
  COMMANDS.makeStep,
  COMMANDS.preview,
  COMMANDS.sync,
  COMMANDS.runStep,
  COMMANDS.runWith,
  COMMANDS.runPipeline,
  COMMANDS.check,
  COMMANDS.stop
];

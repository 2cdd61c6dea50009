import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFieldChange, IMark } from '../../_api';
import type { FieldKind } from '../../step/fields';
import type { IOption } from './combobox';

/** What the parts of the panel ask of who shows it. */
export interface IPanelActions {
  /** Change the docstring; resolves to why not, in the user's language, or null. */
  readonly apply: (
    changes: ReadonlyArray<IFieldChange>
  ) => Promise<string | null>;
  /** The same for a button that has no place for a refusal: it is told elsewhere. Whether it went well. */
  readonly change: (changes: ReadonlyArray<IFieldChange>) => Promise<boolean>;
  /** What is wrong with a change, or null; nothing is changed: for what is being typed. */
  readonly check: (
    changes: ReadonlyArray<IFieldChange>
  ) => Promise<string | null>;
  /** What may stand in a field. */
  readonly complete: (
    kind: FieldKind,
    typed: string
  ) => Promise<ReadonlyArray<IOption>>;
  /** Set a value of a params file; resolves to why not, or null. */
  readonly setValue: (
    key: string,
    value: string | null,
    expected: string | null
  ) => Promise<string | null>;
  /** Declare a parameter as a hyperparameter, which gets its value in params.yaml. */
  readonly makeHyperparameter: (name: string) => void;
  /** Put the cursor where a field or a problem stands. */
  readonly reveal: (start: number) => void;
}

/** What every part of the panel needs. */
export interface IPart {
  readonly trans: TranslationBundle;
  readonly actions: IPanelActions;
  /** Why nothing can be changed; null where it can. */
  readonly locked: string | null;
  /** A problem in the user's language. */
  readonly describe: (problem: Pick<IMark, 'code' | 'args'>) => string;
}

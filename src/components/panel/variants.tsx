import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  deleteIcon,
  editIcon,
  infoIcon,
  runIcon
} from '@jupyterlab/ui-components';
import { useRef } from 'react';

import type { IError, IStageState, IVariant, IVariants } from '../../_api';
import { conditionLabel } from '../../step/label';
import { isEditable, stateOfVariant, summaryOf } from '../../step/variants';
import { IconButton } from './group';
import { Section } from './section';

/** What the list asks of who shows it; each is done when it resolves. */
export interface IVariantsActions {
  readonly add: () => void;
  readonly run: (name: string) => void;
  readonly edit: (name: string) => void;
  readonly remove: (name: string) => Promise<void>;
  readonly mend: (name: string) => void;
}

export interface IVariantsProps {
  /** Null until they are known. */
  readonly listed: IVariants | null;
  /** Why they aren't known as they are now, in the user's language; null where they are. */
  readonly failure: string | null;
  readonly stages: ReadonlyArray<IStageState>;
  readonly trans: TranslationBundle;
  readonly describe: (problem: IError) => string;
  readonly actions: IVariantsActions;
}

/** The further stages of the step's script: to add, run, edit, mend and remove. */
export function Variants(props: IVariantsProps): JSX.Element | null {
  const { listed, failure, trans, actions } = props;
  const list = useRef<HTMLUListElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  if (listed === null && failure === null) {
    return null;
  }
  const variants = listed?.variants ?? [];
  const obstacle = listed?.obstacle ?? null;
  const why = obstacle === null ? null : props.describe(obstacle);
  const remove = async (index: number): Promise<void> => {
    await actions.remove(variants[index]?.name ?? '');
    const count = variants.length - 1;
    const row = list.current?.children[Math.min(index, count - 1)];
    (count === 0 ? add.current : row?.querySelector('button'))?.focus();
  };
  return (
    <Section
      label={trans.__('Variants')}
      count={variants.length}
      button={
        <IconButton
          buttonRef={add}
          icon={addIcon}
          label={trans.__('Duplicate step…')}
          isDisabled={listed === null || why !== null}
          obstacle={why ?? undefined}
          onClick={actions.add}
        />
      }
    >
      {failure !== null && <p className="jp-mod-invalid">{failure}</p>}
      {listed !== null && (why !== null || variants.length === 0) && (
        <p className="jp-DVCEmpty">{why ?? trans.__('None.')}</p>
      )}
      <ul ref={list} className="jp-DVCRows">
        {listed !== null &&
          variants.map((variant, index) => (
            <Row
              {...props}
              // A name may change, and the focus is to stay.
              key={index}
              info={listed}
              variant={variant}
              onRemove={() => void remove(index)}
            />
          ))}
      </ul>
    </Section>
  );
}

function Row(
  props: IVariantsProps & {
    readonly info: IVariants;
    readonly variant: IVariant;
    readonly onRemove: () => void;
  }
): JSX.Element {
  const { info, variant, stages, trans, describe, actions, onRemove } = props;
  const { name, problems } = variant;
  const state = stateOfVariant(name, stages);
  const locked = isEditable(variant)
    ? null
    : trans.__('A matrix of several parameters is changed in dvc.yaml.');
  const summary = summaryOf(variant, info, trans);
  return (
    <li className="jp-DVCRow">
      <div className="jp-DVCRow-line">
        <button
          type="button"
          className="jp-DVCRow-main"
          title={locked ?? summary}
          disabled={locked !== null}
          onClick={() => {
            actions.edit(name);
          }}
          onKeyDown={event => {
            if (event.key === 'Delete') {
              event.preventDefault();
              onRemove();
            }
          }}
        >
          <span className="jp-DVCRow-name">{name}</span>
          <span className="jp-DVCRow-note">
            {[
              ...(state === null ? [] : [conditionLabel(state, trans).word]),
              ...(summary === '' ? [] : [summary])
            ].join(' · ')}
          </span>
        </button>
        <span className="jp-DVCRow-buttons">
          <IconButton
            icon={runIcon}
            label={trans.__('Run %1', name)}
            isDisabled={false}
            onClick={() => {
              actions.run(name);
            }}
          />
          <IconButton
            icon={editIcon}
            label={trans.__('Edit %1…', name)}
            isDisabled={locked !== null}
            onClick={() => {
              actions.edit(name);
            }}
          />
          <IconButton
            icon={deleteIcon}
            label={trans.__('Remove %1', name)}
            isDisabled={false}
            onClick={onRemove}
          />
        </span>
      </div>
      {problems.length > 0 && (
        <ul className="jp-DVCMarks">
          {problems.map((problem, index) => (
            <li key={index} data-severity="warning">
              <infoIcon.react tag="span" elementSize="small" />
              <span>
                <span className="jp-DVCMarks-severity">
                  {trans.__('Note:')}
                </span>{' '}
                {describe(problem)}{' '}
                {index === problems.length - 1 && (
                  <button
                    type="button"
                    className="jp-DVCLink"
                    aria-label={trans.__('Mend %1…', name)}
                    onClick={() => {
                      actions.mend(name);
                    }}
                  >
                    {trans.__('Mend…')}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

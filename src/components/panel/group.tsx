import {
  addIcon,
  caretDownIcon,
  caretUpIcon,
  deleteIcon,
  editIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import { memo, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import type { IFieldView, IParsed } from '../../_api';
import type { GroupName, IKeyed } from '../../step/fields';
import {
  adding,
  feeding,
  fieldsOf,
  FIRST_KIND,
  isRelated,
  keyed,
  kindsOf,
  moving,
  removing,
  replacing
} from '../../step/fields';
import { newField, textOf } from '../../step/fieldText';
import { FieldForm } from './fieldForm';
import { addLabel, groupLabel, rowName, rowNote } from './labels';
import { Marks } from './marks';
import { LoneValue, ParamValue } from './paramValue';
import type { IPart } from './props';
import { Section } from './section';

interface IProps extends IPart {
  readonly group: GroupName;
  readonly parsed: IParsed;
}

const ADD_BUTTON = '.jp-DVCSection-head .jp-DVCIconButton';

/** The rows of one kind of field: to add, edit, reorder and remove; drawn anew only where the docstring is another. */
export const Group = memo((props: IProps): JSX.Element => {
  const { group, parsed, trans, locked } = props;
  const fields = fieldsOf(parsed, group);
  const [isAdding, setIsAdding] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  const rows = useRef<ReadonlyArray<IKeyed>>([]);
  rows.current = keyed(rows.current, fields);
  const latest = useRef(fields);
  latest.current = fields;
  const params = useSame(
    fieldsOf(parsed, 'params').map(({ name }) => name ?? '')
  );
  const shared = {
    trans,
    actions: props.actions,
    locked,
    describe: props.describe
  };
  return (
    <Section
      label={groupLabel(group, trans)}
      count={fields.length}
      button={
        <IconButton
          buttonRef={add}
          icon={addIcon}
          label={addLabel(group, trans)}
          isDisabled={locked !== null}
          onClick={() => {
            setIsAdding(true);
          }}
        />
      }
    >
      {fields.length === 0 && !isAdding && (
        <p className="jp-DVCEmpty">{trans.__('None.')}</p>
      )}
      <ul className="jp-DVCRows">
        {rows.current.map(({ key, field }, index) => (
          <Row
            {...shared}
            // A row stays the same, and with it its form and the focus, whoever changes what is around it.
            key={key}
            group={group}
            field={field}
            hyper={
              field.kind === 'param' ? feeding(parsed, field.name ?? '') : null
            }
            isLone={
              field.kind === 'hyperparameter' && !isRelated(parsed, field)
            }
            index={index}
            count={fields.length}
            latest={latest}
            params={params}
          />
        ))}
      </ul>
      {isAdding && (
        <FieldForm
          {...shared}
          old={null}
          start={newField(FIRST_KIND[group])}
          kinds={kindsOf(group)}
          params={params}
          change={adding}
          onDone={() => {
            setIsAdding(false);
            add.current?.focus();
          }}
        />
      )}
    </Section>
  );
});

/** The same list as the last time where it says the same. */
function useSame(texts: ReadonlyArray<string>): ReadonlyArray<string> {
  const kept = useRef(texts);
  if (JSON.stringify(kept.current) !== JSON.stringify(texts)) {
    kept.current = texts;
  }
  return kept.current;
}

interface IRowProps extends IPart {
  readonly group: GroupName;
  /** What is shown. */
  readonly field: IFieldView;
  /** The hyperparameter that feeds it, for a parameter. */
  readonly hyper: IFieldView | null;
  /** Whether it is a hyperparameter that feeds no parameter. */
  readonly isLone: boolean;
  readonly index: number;
  readonly count: number;
  /** The group's fields as they stand now: a row isn't drawn anew because its line is another one. */
  readonly latest: RefObject<ReadonlyArray<IFieldView>>;
  readonly params: ReadonlyArray<string>;
}

/** A field as it is shown, wherever it stands: what is wrong with it has a place. */
function shownOf(field: IFieldView | null): string {
  return field === null || field.problems.length > 0
    ? JSON.stringify(field)
    : JSON.stringify({ ...field, line: 0, last: 0, start: 0, stop: 0 });
}

/** Of hundreds of rows, those that say something else are drawn. */
const Row = memo(
  RowView,
  (one, other) =>
    one.index === other.index &&
    one.count === other.count &&
    one.locked === other.locked &&
    one.params === other.params &&
    one.isLone === other.isLone &&
    one.actions === other.actions &&
    one.describe === other.describe &&
    shownOf(one.field) === shownOf(other.field) &&
    shownOf(one.hyper) === shownOf(other.hyper)
);

function RowView(props: IRowProps): JSX.Element {
  const { group, field, hyper, isLone, index, count, latest, params, ...part } =
    props;
  const { trans, actions, locked, describe } = part;
  const current = (): IFieldView => latest.current?.[index] ?? field;
  const [isEditing, setIsEditing] = useState(false);
  const main = useRef<HTMLButtonElement>(null);
  const takesFocus = useRef(false);
  const name = rowName(field);
  const text = textOf(field);
  const note = rowNote(field, trans);

  // The focus goes along with what was moved, and comes back from the form, when the row is there.
  useEffect(() => {
    if (takesFocus.current && !isEditing) {
      takesFocus.current = false;
      main.current?.focus();
    }
  }, [index, isEditing]);

  const move = (by: -1 | 1): void => {
    const change = moving(latest.current ?? [], index, by);
    if (change !== null) {
      takesFocus.current = true;
      void actions.change([change]).then(isDone => {
        takesFocus.current = takesFocus.current && isDone;
      });
    }
  };
  const remove = (): void => {
    const list = main.current?.closest('ul');
    const next =
      list?.children[index === 0 ? 1 : index - 1]?.querySelector('button') ??
      list?.closest('section')?.querySelector<HTMLElement>(ADD_BUTTON);
    void actions.change([removing(current())]).then(isDone => {
      if (isDone) {
        next?.focus();
      }
    });
  };

  if (isEditing && text !== null) {
    return (
      <li>
        <FieldForm
          trans={trans}
          actions={actions}
          locked={locked}
          describe={describe}
          old={field}
          start={text}
          kinds={kindsOf(group)}
          params={params}
          change={said => replacing(current(), said)}
          onDone={() => {
            takesFocus.current = true;
            setIsEditing(false);
          }}
        />
      </li>
    );
  }
  return (
    <li className="jp-DVCRow">
      <div className="jp-DVCRow-line">
        <button
          ref={main}
          type="button"
          className="jp-DVCRow-main"
          title={name}
          disabled={locked !== null}
          onClick={() => {
            setIsEditing(true);
          }}
          onKeyDown={event => {
            if (locked !== null) {
              return;
            }
            if (event.altKey && event.key === 'ArrowUp') {
              event.preventDefault();
              move(-1);
            } else if (event.altKey && event.key === 'ArrowDown') {
              event.preventDefault();
              move(1);
            } else if (event.key === 'Delete') {
              event.preventDefault();
              remove();
            }
          }}
        >
          <span className="jp-DVCRow-name">{name}</span>
          {note !== '' && <span className="jp-DVCRow-note">{note}</span>}
        </button>
        <span className="jp-DVCRow-buttons">
          <IconButton
            icon={editIcon}
            label={trans.__('Edit %1', name)}
            isDisabled={locked !== null}
            onClick={() => {
              setIsEditing(true);
            }}
          />
          <IconButton
            icon={caretUpIcon}
            label={trans.__('Move %1 up', name)}
            isDisabled={locked !== null || index === 0}
            onClick={() => {
              move(-1);
            }}
          />
          <IconButton
            icon={caretDownIcon}
            label={trans.__('Move %1 down', name)}
            isDisabled={locked !== null || index === count - 1}
            onClick={() => {
              move(1);
            }}
          />
          <IconButton
            icon={deleteIcon}
            label={trans.__('Remove %1', name)}
            isDisabled={locked !== null}
            onClick={remove}
          />
        </span>
      </div>
      {field.kind === 'param' && field.text.trim() !== '' && (
        <p className="jp-DVCRow-text" title={field.text}>
          {field.text}
        </p>
      )}
      {field.kind === 'param' && (
        <ParamValue {...part} field={field} hyper={hyper} />
      )}
      {isLone && <LoneValue {...part} hyper={field} />}
      <Marks {...part} marks={field.problems} />
    </li>
  );
}

/** A button that is a picture, with a name for those who don't see it. */
export function IconButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly isDisabled: boolean;
  /** Why it can't be pressed, where that isn't plain. */
  readonly obstacle?: string | undefined;
  readonly buttonRef?: React.Ref<HTMLButtonElement>;
  readonly onClick: () => void;
}): JSX.Element {
  const Icon = props.icon.react;
  return (
    <button
      ref={props.buttonRef}
      type="button"
      className="jp-DVCIconButton"
      aria-label={props.label}
      title={props.obstacle ?? props.label}
      disabled={props.isDisabled}
      onClick={props.onClick}
    >
      <Icon tag="span" elementSize="small" />
    </button>
  );
}

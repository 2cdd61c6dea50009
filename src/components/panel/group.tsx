import {
  addIcon,
  caretDownIcon,
  caretUpIcon,
  deleteIcon,
  editIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import { useEffect, useRef, useState } from 'react';

import type { IFieldView, IParsed } from '../../_api';
import type { GroupName, IKeyed } from '../../step/fields';
import {
  adding,
  fieldsOf,
  FIRST_KIND,
  keyed,
  kindsOf,
  moving,
  newField,
  removing,
  replacing,
  textOf
} from '../../step/fields';
import { FieldForm } from './fieldForm';
import { addLabel, groupLabel, rowName, rowNote } from './labels';
import { Marks } from './marks';
import { ParamValue } from './paramValue';
import type { IPart } from './props';
import { Section } from './section';

interface IProps extends IPart {
  readonly group: GroupName;
  readonly parsed: IParsed;
}

const ADD_BUTTON = '.jp-DVCSection-head .jp-DVCIconButton';

/** The rows of one kind of field: to add, edit, reorder and remove. */
export function Group(props: IProps): JSX.Element {
  const { group, parsed, trans, locked } = props;
  const fields = fieldsOf(parsed, group);
  const [isAdding, setIsAdding] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  const rows = useRef<ReadonlyArray<IKeyed>>([]);
  rows.current = keyed(rows.current, fields);
  const params = fieldsOf(parsed, 'params').map(({ name }) => name ?? '');
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
            index={index}
            fields={fields}
            parsed={parsed}
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
}

interface IRowProps extends IPart {
  readonly group: GroupName;
  readonly field: IFieldView;
  readonly index: number;
  readonly fields: ReadonlyArray<IFieldView>;
  readonly parsed: IParsed;
  readonly params: ReadonlyArray<string>;
}

function Row(props: IRowProps): JSX.Element {
  const { group, field, index, fields, params, parsed, ...part } = props;
  const { trans, actions, locked, describe } = part;
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
    const change = moving(fields, index, by);
    if (change !== null) {
      takesFocus.current = true;
      void actions.apply([change]).then(reason => {
        takesFocus.current = takesFocus.current && reason === null;
      });
    }
  };
  const remove = (): void => {
    const list = main.current?.closest('ul');
    const next =
      list?.children[index === 0 ? 1 : index - 1]?.querySelector('button') ??
      list?.closest('section')?.querySelector<HTMLElement>(ADD_BUTTON);
    void actions.apply([removing(field)]).then(reason => {
      if (reason === null) {
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
          change={said => replacing(field, said)}
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
          title={field.kind === 'param' ? field.text : name}
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
            isDisabled={locked !== null || index === fields.length - 1}
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
      {field.kind === 'param' && (
        <ParamValue {...part} field={field} parsed={parsed} />
      )}
      <Marks {...part} marks={field.problems} />
    </li>
  );
}

/** A button that is a picture, with a name for those who don't see it. */
export function IconButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly isDisabled: boolean;
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
      title={props.label}
      disabled={props.isDisabled}
      onClick={props.onClick}
    >
      <Icon tag="span" elementSize="small" />
    </button>
  );
}

import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useId, useRef } from 'react';
import type { InputHTMLAttributes } from 'react';

import type { IVariantParam, IVariantPath, IVariants } from '../_api';
import { choicesOf } from '../step/values';
import { isSameField } from '../step/variantProblems';
import type { VariantField } from '../step/variantProblems';
import { pathOf, proposedPath, valueOf, withAxis } from '../step/variants';
import type { IVariantDraft } from '../step/variants';
import { Difference } from './difference';
import { Combobox } from './panel/combobox';
import type { IOption } from './panel/combobox';
import { kindLabel } from './panel/labels';
import '../../style/panel.css';
import '../../style/preview.css';
import '../../style/variants.css';

/** What is wrong, in the user's language; of the whole where no field is named. */
export interface IVariantRefusal {
  readonly field: VariantField | null;
  readonly text: string;
  /** What would be written by now, as a unified diff; empty where that isn't the matter. */
  readonly diff: string;
}

interface IProps {
  readonly info: IVariants;
  readonly draft: IVariantDraft;
  readonly refusals: ReadonlyArray<IVariantRefusal>;
  /** How often it was tried to send the form: the focus then goes to what is wrong. */
  readonly attempts: number;
  /** Why a path can't be another one. */
  readonly fixed: (path: string) => string;
  readonly trans: TranslationBundle;
  readonly options: (
    kind: 'in' | 'out',
    typed: string
  ) => Promise<ReadonlyArray<IOption>>;
  readonly onChange: (draft: IVariantDraft) => void;
}

/** The form of a variant: its name, and in what it differs from the step. */
export function VariantForm(props: IProps): JSX.Element {
  const { info, draft, refusals, attempts, trans, onChange } = props;
  const form = useRef<HTMLDivElement>(null);
  const set = (values: Partial<IVariantDraft>): void => {
    onChange({ ...draft, ...values });
  };
  useEffect(() => {
    if (attempts > 0) {
      form.current
        ?.querySelector<HTMLElement>('[aria-invalid=true]:enabled')
        ?.focus();
    }
  }, [attempts]);
  const wrong = (field: VariantField): string | null =>
    refusals
      .filter(one => one.field !== null && isSameField(one.field, field))
      .map(({ text }) => text)
      .join(' ') || null;
  const params = info.params.filter(({ name }) => name !== draft.axis);
  const inputs = info.paths.filter(({ kind }) => kind === 'in');
  const outputs = info.paths.filter(({ kind }) => kind !== 'in');
  const whole = refusals.filter(({ field }) => field === null);
  const pathRow = (one: IVariantPath): JSX.Element => (
    <PathRow
      key={one.path}
      {...props}
      one={one}
      wrong={wrong({ of: 'path', key: one.path })}
    />
  );
  return (
    <div ref={form} className="jp-DVCVariantForm">
      <Field
        label={trans.__('Name of the stage')}
        note={trans.__('The step’s own is %1', info.stage)}
        wrong={wrong({ of: 'name' })}
      >
        {field => (
          <TextInput
            {...field}
            value={draft.name}
            onType={name => {
              set({ name });
            }}
          />
        )}
      </Field>
      <Kind {...props} wrong={wrong({ of: 'items' })} />
      {params.length > 0 && (
        <fieldset>
          <legend>{trans.__('Values')}</legend>
          {params.map(param => (
            <ValueRow
              key={param.name}
              param={param}
              draft={draft}
              wrong={wrong({ of: 'value', key: param.name })}
              trans={trans}
              onChange={value => {
                set({ values: new Map(draft.values).set(param.name, value) });
              }}
            />
          ))}
        </fieldset>
      )}
      {inputs.length > 0 && (
        <fieldset>
          <legend>{trans.__('Inputs')}</legend>
          {inputs.map(pathRow)}
        </fieldset>
      )}
      {outputs.length > 0 && (
        <fieldset>
          <legend>{trans.__('Outputs')}</legend>
          {outputs.map(pathRow)}
        </fieldset>
      )}
      <div className="jp-DVCVariantForm-refusal" role="alert">
        {whole.map(({ text }, index) => (
          <p key={index}>{text}</p>
        ))}
      </div>
      {whole.map(
        ({ diff }, index) =>
          diff !== '' && (
            <Difference
              key={index}
              diff={diff}
              label={trans.__('What would be written to dvc.yaml now')}
              trans={trans}
            />
          )
      )}
    </div>
  );
}

/** One stage, or one for each value of a param. */
function Kind(props: IProps & { readonly wrong: string | null }): JSX.Element {
  const { info, draft, trans, onChange, wrong } = props;
  const name = useId();
  const { axis } = draft;
  const [first] = info.params;
  const none =
    first === undefined
      ? trans.__('The step has no parameter whose value could be another.')
      : null;
  return (
    <fieldset>
      <legend>{trans.__('Stages')}</legend>
      <label className="jp-DVCFlag">
        <input
          type="radio"
          name={name}
          checked={axis === null}
          onChange={() => {
            onChange(withAxis(draft, null));
          }}
        />
        {trans.__('One')}
      </label>
      <label className="jp-DVCFlag" title={none ?? undefined}>
        <input
          type="radio"
          name={name}
          checked={axis !== null}
          disabled={first === undefined}
          onChange={() => {
            if (first !== undefined) {
              onChange(withAxis(draft, first.name));
            }
          }}
        />
        {trans.__(
          'One for each of several values of a parameter (a DVC matrix)'
        )}
      </label>
      {none !== null && <p className="jp-DVCVariantForm-note">{none}</p>}
      {axis !== null && (
        <div className="jp-DVCVariantForm-matrix">
          <Field label={trans.__('Parameter')} note="" wrong={null}>
            {field => (
              <select
                {...field}
                className="jp-mod-styled"
                value={axis}
                onChange={event => {
                  onChange(withAxis(draft, event.currentTarget.value));
                }}
              >
                {info.params.every(param => param.name !== axis) && (
                  <option value={axis}>{axis}</option>
                )}
                {info.params.map(param => (
                  <option key={param.name} value={param.name}>
                    {param.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            label={trans.__('Its values')}
            note={trans.__('With commas between them')}
            wrong={wrong}
          >
            {field => (
              <TextInput
                {...field}
                value={draft.items}
                onType={items => {
                  onChange({ ...draft, items });
                }}
              />
            )}
          </Field>
        </div>
      )}
    </fieldset>
  );
}

function ValueRow(props: {
  readonly param: IVariantParam;
  readonly draft: IVariantDraft;
  readonly wrong: string | null;
  readonly trans: TranslationBundle;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const { param, draft, trans, onChange } = props;
  const value = valueOf(draft, param);
  const choices = choicesOf(param.type) ?? [];
  const own = param.value ?? '';
  const isOwn = value === own;
  return (
    <Field
      label={param.name}
      type={param.type}
      note={[
        param.text,
        ...(isOwn
          ? []
          : [
              param.value === null
                ? trans.__('another value than the step’s')
                : trans.__('%1 in the step', own)
            ])
      ]
        .filter(part => part !== '')
        .join(' · ')}
      wrong={props.wrong}
    >
      {field => (
        <>
          <TextInput
            {...field}
            list={choices.length > 0 ? `${field.id}-list` : undefined}
            placeholder={
              param.value === null ? trans.__('as in the step') : undefined
            }
            value={value}
            onType={onChange}
          />
          {choices.length > 0 && (
            <datalist id={`${field.id}-list`}>
              {choices.map(choice => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

function PathRow(
  props: IProps & { readonly one: IVariantPath; readonly wrong: string | null }
): JSX.Element {
  const { info, draft, one, trans, onChange } = props;
  const label = one.param ?? one.path;
  const kind = kindLabel(one.kind, trans);
  const shown = draft.paths.get(one.path) ?? pathOf(draft, info, one);
  const proposed = proposedPath(draft, info, one);
  const note = one.fixed
    ? props.fixed(one.path)
    : [
        ...(one.kind === 'in' || one.kind === 'out' ? [] : [kind]),
        ...(shown === one.path ? [] : [trans.__('%1 in the step', one.path)]),
        ...(shown.trim() === '' ? [trans.__('then %1', proposed)] : [])
      ].join(' · ');
  return (
    <Field label={label} note={note} wrong={props.wrong}>
      {field => (
        <Combobox
          id={field.id}
          label={trans.__('%1: path of %2', kind, label)}
          value={one.fixed ? one.path : shown}
          isInvalid={props.wrong !== null}
          isDisabled={one.fixed}
          describedBy={field['aria-describedby']}
          options={typed =>
            props.options(one.kind === 'in' ? 'in' : 'out', typed)
          }
          onChange={path => {
            onChange({
              ...draft,
              paths: new Map(draft.paths).set(one.path, path)
            });
          }}
        />
      )}
    </Field>
  );
}

interface IFieldProps {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string;
}

/** A line of text that is no prose. */
function TextInput({
  onType,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & {
  readonly onType: (text: string) => void;
}): JSX.Element {
  return (
    <input
      {...rest}
      type="text"
      className="jp-mod-styled"
      spellCheck={false}
      autoComplete="off"
      onChange={event => {
        onType(event.currentTarget.value);
      }}
    />
  );
}

/** A field with its label, and below it what is wrong, else what is to know. */
function Field(props: {
  readonly label: string;
  readonly type?: string;
  readonly note: string;
  readonly wrong: string | null;
  readonly children: (field: IFieldProps) => JSX.Element;
}): JSX.Element {
  const id = useId();
  const { wrong } = props;
  return (
    <div className="jp-DVCVariantForm-row">
      <label htmlFor={id}>
        {props.label}
        {props.type !== undefined && <code>{props.type}</code>}
      </label>
      {props.children({
        id,
        'aria-invalid': wrong !== null,
        'aria-describedby': `${id}-note`
      })}
      <span
        id={`${id}-note`}
        className={`jp-DVCVariantForm-note${wrong === null ? '' : ' jp-mod-invalid'}`}
        role={wrong === null ? undefined : 'alert'}
      >
        {wrong ?? props.note}
      </span>
    </div>
  );
}

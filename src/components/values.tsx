import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParamRow, IParamsForm } from '../_api';
import { choicesOf, complaint } from '../step/values';

interface IProps {
  readonly form: IParamsForm;
  /** What was typed, by the parameter's name. */
  readonly typed: Readonly<Record<string, string>>;
  readonly trans: TranslationBundle;
  readonly onChange: (name: string, text: string) => void;
}

/** A step's parameters; those that are no hyperparameters can't be set for a run. */
export function Values({ form, typed, trans, onChange }: IProps): JSX.Element {
  return (
    <div className="jp-DVCValues">
      <p>
        {trans.__(
          'The run is an experiment with these values; the files of the project stay as they are.'
        )}
      </p>
      {[
        ...form.rows.filter(row => row.hyperparameter),
        ...form.rows.filter(row => !row.hyperparameter)
      ].map(row => (
        <Row
          key={row.name}
          row={row}
          text={typed[row.name] ?? row.value ?? row.default ?? ''}
          trans={trans}
          onChange={text => {
            onChange(row.name, text);
          }}
        />
      ))}
    </div>
  );
}

function Row(props: {
  readonly row: IParamRow;
  readonly text: string;
  readonly trans: TranslationBundle;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { row, text, trans, onChange } = props;
  const id = `jp-DVCValues-${row.name}`;
  const wrong = row.hyperparameter ? complaint(row, text, trans) : null;
  const choices = choicesOf(row.type);
  const shared = {
    id,
    className: 'jp-mod-styled',
    value: text,
    disabled: !row.hyperparameter,
    'aria-invalid': wrong !== null,
    'aria-describedby': `${id}-note`
  };
  return (
    <div className="jp-DVCValues-row">
      <label htmlFor={id}>
        {row.name} <code>{row.type}</code>
      </label>
      {choices !== null && row.hyperparameter ? (
        <select
          {...shared}
          onChange={event => {
            onChange(event.currentTarget.value);
          }}
        >
          {choices.includes(text) || <option value={text}>{text}</option>}
          {choices.map(choice => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type="text"
          spellCheck={false}
          onChange={event => {
            onChange(event.currentTarget.value);
          }}
        />
      )}
      <span
        id={`${id}-note`}
        className={`jp-DVCValues-note${wrong === null ? '' : ' jp-mod-invalid'}`}
      >
        {wrong ?? note(row, trans)}
      </span>
    </div>
  );
}

function note(row: IParamRow, trans: TranslationBundle): string {
  if (!row.hyperparameter) {
    return trans.__(
      'To set it for a run, make it a hyperparameter: write “:dvc-param %1: %1” in the docstring.',
      row.name
    );
  }
  return row.text;
}

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParamRow, IParamsForm } from '../_api';
import type { IComplaint } from '../step/values';
import { choicesOf, complaint } from '../step/values';
import '../../style/values.css';

interface IProps {
  readonly form: IParamsForm;
  /** What was typed, by the parameter's name. */
  readonly typed: Readonly<Record<string, string>>;
  readonly trans: TranslationBundle;
  /** The sentence of a complaint. */
  readonly say: (wrong: IComplaint) => string;
  readonly onChange: (name: string, text: string) => void;
  /** A parameter is to become a hyperparameter. */
  readonly onMake: (name: string) => void;
}

/** A step's parameters; those that are no hyperparameters can't be set for a run. */
export function Values(props: IProps): JSX.Element {
  const { form, typed, trans, say, onChange, onMake } = props;
  const settable = form.rows.filter(row => row.hyperparameter);
  const others = form.rows.filter(row => !row.hyperparameter);
  return (
    <div className="jp-DVCValues">
      <p>
        {settable.length === 0
          ? trans.__(
              'No parameter of this step is a hyperparameter, so that there is nothing to try other values of.'
            )
          : trans.__(
              'The run is an experiment with these values; the files of the project stay as they are.'
            )}
      </p>
      {settable.map((row, index) => (
        <Row
          key={row.name}
          row={row}
          text={typed[row.name] ?? row.value ?? row.default ?? ''}
          isFirst={index === 0}
          trans={trans}
          say={say}
          onChange={text => {
            onChange(row.name, text);
          }}
        />
      ))}
      {others.length > 0 && (
        <section aria-label={trans.__('Not to be set for a run')}>
          <h2>{trans.__('Not to be set for a run')}</h2>
          {others.map(row => (
            <Fixed
              key={row.name}
              row={row}
              trans={trans}
              onMake={() => {
                onMake(row.name);
              }}
            />
          ))}
        </section>
      )}
    </div>
  );
}

function Row(props: {
  readonly row: IParamRow;
  readonly text: string;
  readonly isFirst: boolean;
  readonly trans: TranslationBundle;
  readonly say: (wrong: IComplaint) => string;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { row, text, isFirst, trans, say, onChange } = props;
  const id = `jp-DVCValues-${row.name}`;
  const wrong = complaint(row, text, trans);
  const choices = choicesOf(row.type);
  const shared = {
    id,
    className: 'jp-mod-styled',
    value: text,
    autoFocus: isFirst,
    'aria-invalid': wrong !== null,
    'aria-describedby': `${id}-note`
  };
  return (
    <div className="jp-DVCValues-row">
      <label htmlFor={id}>
        {row.name} <code>{row.type}</code>
      </label>
      {choices !== null ? (
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
          autoComplete="off"
          onChange={event => {
            onChange(event.currentTarget.value);
          }}
        />
      )}
      <span
        id={`${id}-note`}
        className={`jp-DVCValues-note${wrong === null ? '' : ' jp-mod-invalid'}`}
      >
        {wrong === null ? row.text : say(wrong)}
      </span>
    </div>
  );
}

/** It stands in the form, so that it isn't looked for, with the way to make it settable. */
function Fixed(props: {
  readonly row: IParamRow;
  readonly trans: TranslationBundle;
  readonly onMake: () => void;
}): JSX.Element {
  const { row, trans, onMake } = props;
  const id = `jp-DVCValues-${row.name}`;
  return (
    <div className="jp-DVCValues-row jp-mod-fixed">
      <label htmlFor={id}>
        {row.name} <code>{row.type}</code>
      </label>
      <div className="jp-DVCValues-fixed">
        <input
          id={id}
          className="jp-mod-styled"
          type="text"
          value={row.default ?? ''}
          placeholder={trans.__('set by the stage')}
          disabled
          readOnly
          aria-describedby={`${id}-note`}
        />
        <button
          type="button"
          className="jp-DVCLink"
          aria-label={trans.__('Make it a hyperparameter: %1', row.name)}
          onClick={onMake}
        >
          {trans.__('Make it a hyperparameter')}
        </button>
      </div>
      <span id={`${id}-note`} className="jp-DVCValues-note">
        {row.text}
      </span>
    </div>
  );
}

import { useEffect, useId, useRef, useState } from 'react';

/** Something that may be chosen, and what is said of it. */
export interface IOption {
  readonly text: string;
  readonly note: string;
}

interface IProps {
  /** Of the field, where a label beside it names it. */
  readonly id?: string;
  readonly label: string;
  readonly value: string;
  readonly isInvalid: boolean;
  readonly isDisabled: boolean;
  readonly describedBy: string | undefined;
  readonly onChange: (value: string) => void;
  /** What may stand there, for what is typed so far. */
  readonly options: (typed: string) => Promise<ReadonlyArray<IOption>>;
}

const PAUSE = 100;

/** A text field that proposes what may stand in it; anything may be typed. */
export function Combobox(props: IProps): JSX.Element {
  const { value, options, onChange } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [found, setFound] = useState<ReadonlyArray<IOption>>([]);
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const ask = useRef(options);
  ask.current = options;

  useEffect(() => {
    if (!isOpen) {
      return;
    }
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      void ask.current(value).then(answer => {
        if (isCurrent) {
          setFound(answer.filter(option => option.text !== value));
          setActive(-1);
        }
      });
    }, PAUSE);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [value, isOpen]);

  const close = (): void => {
    setIsOpen(false);
    setFound([]);
    setActive(-1);
  };
  const choose = (option: IOption): void => {
    onChange(option.text);
    // What ends in a slash goes on.
    if (!option.text.endsWith('/')) {
      close();
    }
    input.current?.focus();
  };
  const isShown = isOpen && found.length > 0;

  return (
    <div className="jp-DVCCombobox">
      <input
        ref={input}
        id={props.id}
        type="text"
        role="combobox"
        className="jp-mod-styled"
        spellCheck={false}
        autoComplete="off"
        aria-label={props.label}
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
        aria-invalid={props.isInvalid}
        aria-describedby={props.describedBy}
        disabled={props.isDisabled}
        value={value}
        onChange={event => {
          onChange(event.currentTarget.value);
          setIsOpen(true);
        }}
        onFocus={() => {
          setIsOpen(true);
        }}
        onBlur={close}
        onKeyDown={event => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setIsOpen(true);
            const by = event.key === 'ArrowDown' ? 1 : -1;
            const count = found.length;
            setActive(count === 0 ? -1 : (active + by + count) % count);
          } else if (event.key === 'Enter' && isShown && active >= 0) {
            // The first Enter takes the proposal, the next one the row.
            event.preventDefault();
            event.stopPropagation();
            const option = found[active];
            if (option !== undefined) {
              choose(option);
            }
          } else if (event.key === 'Escape' && isShown) {
            event.stopPropagation();
            close();
          }
        }}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
        hidden={!isShown}
      >
        {found.map((option, index) => (
          <li
            key={option.text}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className={index === active ? 'jp-mod-active' : ''}
            ref={element => {
              if (index === active) {
                element?.scrollIntoView({ block: 'nearest' });
              }
            }}
            onMouseDown={event => {
              // Before the field loses the focus.
              event.preventDefault();
              choose(option);
            }}
          >
            <span className="jp-DVCCombobox-text">{option.text}</span>
            {option.note !== '' && (
              <span className="jp-DVCCombobox-note">{option.note}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

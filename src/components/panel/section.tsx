import { caretRightIcon } from '@jupyterlab/ui-components';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';

interface IProps {
  readonly label: string;
  /** How many there are; null where that isn't the question. */
  readonly count: number | null;
  readonly isClosed?: boolean;
  readonly button?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the panel that can be folded. */
export function Section(props: IProps): JSX.Element {
  const { label, count, button, children } = props;
  const id = useId();
  const [isOpen, setIsOpen] = useState(props.isClosed !== true);
  return (
    <section className="jp-DVCSection" aria-labelledby={`${id}-label`}>
      <div className="jp-DVCSection-head">
        <div className="jp-DVCSection-title" id={`${id}-label`}>
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={`${id}-body`}
            onClick={() => {
              setIsOpen(!isOpen);
            }}
          >
            <caretRightIcon.react
              tag="span"
              elementSize="small"
              className={isOpen ? 'jp-mod-open' : ''}
            />
            {label}
            {count !== null && count > 0 && (
              <span className="jp-DVCSection-count">{count}</span>
            )}
          </button>
        </div>
        {button}
      </div>
      <div id={`${id}-body`} hidden={!isOpen}>
        {children}
      </div>
    </section>
  );
}

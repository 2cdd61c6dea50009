import type { ICellRole, IParsed, IUse } from '../../_api';
import { unrelated } from '../../step/fields';
import type { IStepLabel } from '../../step/label';
import { Group } from './group';
import { Head } from './head';
import type { IDue } from './head';
import { rowName } from './labels';
import { Marks } from './marks';
import { Options } from './options';
import type { IPart } from './props';
import { Role } from './role';
import type { IActiveCell } from './role';
import { Uses } from './uses';
import { Variants } from './variants';
import type { IVariantsProps } from './variants';
import '../../../style/panel.css';

export interface IPanelProps extends IPart {
  readonly label: IStepLabel;
  readonly due: IDue | null;
  readonly parsed: IParsed | null;
  readonly uses: ReadonlyArray<IUse>;
  /** Why the docstring couldn't be read, in the user's language; null where it could. */
  readonly failure: string | null;
  /** Null where the step can have none. */
  readonly variants: IVariantsProps | null;
  readonly cell: IActiveCell | null;
  /** Why the active cell's role can't be changed; null where it can. */
  readonly cellLocked: string | null;
  readonly onToggleRole: (role: ICellRole['role']) => void;
  readonly onOpenScript: (() => void) | null;
  readonly onShowUse: (use: IUse) => void;
}

/** A notebook as a step: a view of its docstring, that writes what is changed back into it. */
export function Panel(props: IPanelProps): JSX.Element {
  const { parsed, trans, actions, locked, describe, failure, cell } = props;
  const part: IPart = { trans, actions, locked, describe };
  const isStep = parsed !== null && parsed.start !== null;
  return (
    <div className="jp-DVCPanel">
      <Head
        parsed={parsed}
        label={props.label}
        due={props.due}
        trans={trans}
        onOpenScript={props.onOpenScript}
      />
      {failure !== null && (
        <p className="jp-mod-invalid" role="alert">
          {failure}
        </p>
      )}
      {locked !== null && <p className="jp-DVCPanel-locked">{locked}</p>}
      {isStep && (
        <>
          <Marks {...part} marks={parsed.problems} />
          <Group {...part} group="params" parsed={parsed} />
          <Group {...part} group="inputs" parsed={parsed} />
          <Group {...part} group="outputs" parsed={parsed} />
          <Uses {...part} uses={props.uses} onShow={props.onShowUse} />
          {unrelated(parsed).length > 0 && (
            <ul className="jp-DVCRows">
              {unrelated(parsed).map(field => (
                <li key={field.line}>
                  <span className="jp-DVCRow-name">{rowName(field)}</span>
                  <Marks {...part} marks={field.problems} />
                </li>
              ))}
            </ul>
          )}
          <Group {...part} group="extras" parsed={parsed} />
          <Options {...part} parsed={parsed} />
          {props.variants !== null && <Variants {...props.variants} />}
        </>
      )}
      {cell !== null && (
        <Role
          cell={cell}
          trans={trans}
          locked={props.cellLocked}
          onToggle={() => {
            if (cell.role !== null) {
              props.onToggleRole(cell.role);
            }
          }}
        />
      )}
    </div>
  );
}

import type { ICellRole, IParsed, IUse } from '../../_api';
import { isUnreadable, leftOver } from '../../step/fields';
import type { IStepLabel } from '../../step/label';
import { Group } from './group';
import { Head } from './head';
import type { IDue } from './head';
import { rowName } from './labels';
import { Marks } from './marks';
import { Options } from './options';
import type { IPart } from './props';
import { Role } from './role';
import type { IActiveCell, ISplitHere } from './role';
import { Section } from './section';
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
  readonly split: ISplitHere;
  readonly onOpenScript: (() => void) | null;
  readonly onShowUse: (use: IUse) => void;
}

/** A notebook as a step: a view of its docstring, that writes what is changed back into it. */
export function Panel(props: IPanelProps): JSX.Element {
  const { parsed, trans, actions, locked, describe, failure, cell } = props;
  const part: IPart = { trans, actions, locked, describe };
  const isStep = parsed !== null && parsed.start !== null;
  // What is wrong with it, and where, says why nothing can be changed.
  const isBroken = parsed !== null && isUnreadable(parsed);
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
      {locked !== null && !isBroken && (
        <p className="jp-DVCPanel-locked">{locked}</p>
      )}
      {parsed !== null && (isStep || isBroken) && (
        <Marks {...part} marks={parsed.problems} />
      )}
      {isStep && (
        <>
          <Group {...part} group="params" parsed={parsed} />
          <Group {...part} group="inputs" parsed={parsed} />
          <Group {...part} group="outputs" parsed={parsed} />
          <Uses {...part} uses={props.uses} onShow={props.onShowUse} />
          <Group {...part} group="hyperparameters" parsed={parsed} />
          <Group {...part} group="extras" parsed={parsed} />
          <Options {...part} parsed={parsed} />
          {props.variants !== null && <Variants {...props.variants} />}
          <LeftOver {...part} parsed={parsed} />
        </>
      )}
      {cell !== null && (
        <Role
          cell={cell}
          trans={trans}
          locked={props.cellLocked}
          split={props.split}
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

/** Lines of the docstring that have no row, with what is wrong with them. */
function LeftOver(
  props: IPart & { readonly parsed: IParsed }
): JSX.Element | null {
  const { parsed, trans } = props;
  const fields = leftOver(parsed);
  return fields.length === 0 ? null : (
    <Section label={trans.__('Other lines')} count={fields.length}>
      <ul className="jp-DVCRows">
        {fields.map(field => (
          <li key={field.line}>
            <span className="jp-DVCRow-name">{rowName(field)}</span>
            <Marks {...props} marks={field.problems} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

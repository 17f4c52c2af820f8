// The frame that every field stands in: label on the left, control on the right, its unit, mark and error beside or below it.
// `help` is shown in the dialog's hint line while the field has the focus, and is the field's description for screen readers.
import { CircleAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';

export interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  /** Already in the reader's language. */
  readonly error?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly unit?: string | undefined;
  /** Stands behind the control, such as the mark of Internet settings or a button. */
  readonly after?: ReactNode;
  /** Label above the control, which takes the whole width. */
  readonly wide?: boolean | undefined;
  readonly accessKey?: string | undefined;
}

export interface FieldParts {
  /** For a control that is an input: the label leads to it. */
  readonly controlId: string;
  readonly labelId: string;
  readonly describedBy: string;
}

/** The row around a control. The control gets ids for its label and description by `children`. */
export function FieldRow({ label, help, error, unit, after, wide, accessKey = '', children }: FieldProps & { readonly children: (parts: FieldParts) => ReactNode }) {
  const id = useId();
  const describedBy = [help === undefined ? '' : `${id}-help`, error === undefined ? '' : `${id}-error`].filter((part) => part !== '').join(' ');
  return (
    <div className={wide === true ? 'row wide' : 'row'} data-field data-help={help} data-label={label}>
      <label className="label" id={`${id}-label`} htmlFor={`${id}-control`} data-access={accessKey}>{label}</label>
      <div className="control">
        {children({ controlId: `${id}-control`, labelId: `${id}-label`, describedBy })}
        {unit === undefined ? null : <span className="unit">{unit}</span>}
        {after}
      </div>
      {help === undefined ? null : <span id={`${id}-help`} hidden>{help}</span>}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

/** Says at the field what is wrong with it. Always in the page, so that screen readers hear it come. */
export function FieldError({ id, error }: { readonly id?: string; readonly error: string | undefined }) {
  return (
    <div className="below" id={id} aria-live="polite">
      {error === undefined ? null : <div className="field-error"><CircleAlert size={14} aria-hidden />{error}</div>}
    </div>
  );
}

/** A frame with a caption around what belongs together. `mark` stands beside the caption. */
export function GroupBox({ title, mark, children }: { readonly title: string; readonly mark?: ReactNode; readonly children: ReactNode }) {
  return (
    <fieldset className="group-box">
      <legend>{title}{mark}</legend>
      {children}
    </fieldset>
  );
}

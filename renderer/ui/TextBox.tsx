// One-line, many-line and number fields, and the password field with its eye.
import { ChevronDown, ChevronUp, Eye, EyeOff } from 'lucide-react';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button, Group, Input, NumberField, TextArea, TextField, ToggleButton } from 'react-aria-components';
import { FieldRow, type FieldProps } from './Field.tsx';

interface TextBoxProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly name?: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly readOnly?: boolean;
  readonly mono?: boolean;
}

export function TextBox({ value, onChange, name, placeholder, autoFocus, readOnly, mono, ...field }: TextBoxProps) {
  return (
    <FieldRow {...field}>
      {({ controlId, labelId, describedBy }) => (
        <TextField
          id={controlId} value={value} onChange={onChange} isDisabled={field.disabled === true} isReadOnly={readOnly === true} isInvalid={field.error !== undefined}
          aria-labelledby={labelId} aria-describedby={describedBy} autoFocus={autoFocus === true} className="grow" autoComplete="off" {...(name === undefined ? {} : { name })}
        >
          <Input className={mono === true ? 'input mono' : 'input'} spellCheck={false} {...(placeholder === undefined ? {} : { placeholder })} />
        </TextField>
      )}
    </FieldRow>
  );
}

export function MemoBox({ value, onChange, rows = 4, placeholder, mono, onKeyDown, ...field }: TextBoxProps & { readonly rows?: number; readonly onKeyDown?: (event: KeyboardEvent) => void }) {
  return (
    <FieldRow {...field}>
      {({ controlId, labelId, describedBy }) => (
        <TextField id={controlId} value={value} onChange={onChange} isDisabled={field.disabled === true} isInvalid={field.error !== undefined} aria-labelledby={labelId} aria-describedby={describedBy} className="grow">
          <TextArea className={mono === true ? 'input mono' : 'input'} rows={rows} spellCheck={false} {...(placeholder === undefined ? {} : { placeholder })} {...(onKeyDown === undefined ? {} : { onKeyDown })} />
        </TextField>
      )}
    </FieldRow>
  );
}

interface NumberBoxProps extends FieldProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Arrow keys and the small buttons change it by one. A number out of range stays as typed, with the error beside it. */
export function NumberBox({ value, onChange, min, max, ...field }: NumberBoxProps) {
  return (
    <FieldRow {...field}>
      {({ controlId, labelId, describedBy }) => (
        <NumberField
          id={controlId} value={value} onChange={onChange} isDisabled={field.disabled === true} isInvalid={field.error !== undefined} commitBehavior="validate" isWheelDisabled
          aria-labelledby={labelId} aria-describedby={describedBy} formatOptions={{ useGrouping: false, maximumFractionDigits: 0 }} className="number"
          {...(min === undefined ? {} : { minValue: min })} {...(max === undefined ? {} : { maxValue: max })}
        >
          <Group className="group">
            <Input className="input numbers" />
            <span className="steps">
              <Button slot="increment"><ChevronUp size={10} aria-hidden /></Button>
              <Button slot="decrement"><ChevronDown size={10} aria-hidden /></Button>
            </span>
          </Group>
        </NumberField>
      )}
    </FieldRow>
  );
}

interface PasswordBoxProps extends TextBoxProps {
  readonly shown: boolean;
  readonly onShow: (shown: boolean) => void;
  readonly showLabel: string;
}

/** Hidden until the eye is pressed: the one who sets it up must be able to read it out to its user. */
export function PasswordBox({ value, onChange, shown, onShow, showLabel, placeholder, autoFocus, name, ...field }: PasswordBoxProps) {
  return (
    <FieldRow {...field}>
      {({ controlId, labelId, describedBy }) => (
        <div className="password">
          <TextField
            id={controlId} value={value} onChange={onChange} type={shown ? 'text' : 'password'} isDisabled={field.disabled === true} isInvalid={field.error !== undefined} autoFocus={autoFocus === true}
            aria-labelledby={labelId} aria-describedby={describedBy} autoComplete="new-password" {...(name === undefined ? {} : { name })}
          >
            <Input className="input" spellCheck={false} {...(placeholder === undefined ? {} : { placeholder })} />
          </TextField>
          <ToggleButton className="show" aria-label={showLabel} isSelected={shown} onChange={onShow} isDisabled={field.disabled === true}>
            {shown ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
          </ToggleButton>
        </div>
      )}
    </FieldRow>
  );
}

/** A password box that keeps to itself whether it is shown. */
export function SimplePasswordBox(props: Omit<PasswordBoxProps, 'shown' | 'onShow'> & { readonly after?: ReactNode }) {
  const [shown, setShown] = useState(false);
  return <PasswordBox {...props} shown={shown} onShow={setShown} />;
}

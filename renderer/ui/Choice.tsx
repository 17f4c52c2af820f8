// Fields that choose: check box, radio buttons, drop-down list, and the combo box that also takes what is typed.
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, CheckboxButton, CheckboxField, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, RadioButton, RadioField, RadioGroup, Select, SelectValue } from 'react-aria-components';
import { FieldError, FieldRow, type FieldProps } from './Field.tsx';

interface CheckBoxProps extends Omit<FieldProps, 'unit' | 'wide'> {
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

export function CheckBox({ label, help, error, disabled, after, value, onChange, accessKey = '' }: CheckBoxProps) {
  return (
    <div data-field data-help={help} data-label={label}>
      <CheckboxField isSelected={value} onChange={onChange} isDisabled={disabled === true}>
        <CheckboxButton className="check">
          <span className="box">{value ? <Check size={12} strokeWidth={3} aria-hidden /> : null}</span>
          <span data-access={accessKey}>{label}</span>
          {after}
        </CheckboxButton>
      </CheckboxField>
      <FieldError error={error} />
    </div>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly help?: string;
}

interface ChoiceProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly Option[];
}

export function RadioBox({ label, help, error, disabled, after, value, onChange, options }: ChoiceProps) {
  return (
    <RadioGroup className="radios" value={value} onChange={onChange} isDisabled={disabled === true} data-field data-help={help} data-label={label}>
      <Label className="radio-label">{label}{after}</Label>
      {options.map((option) => (
        <RadioField key={option.value} value={option.value}>
          <RadioButton className="radio">
            <span className="box" />
            <span data-access="">{option.label}</span>
          </RadioButton>
        </RadioField>
      ))}
      <FieldError error={error} />
    </RadioGroup>
  );
}

export function SelectBox({ value, onChange, options, full, ...field }: ChoiceProps & { readonly full?: boolean }) {
  return (
    <FieldRow {...field}>
      {({ labelId, describedBy }) => <BareSelect value={value} onChange={onChange} options={options} labelledBy={labelId} describedBy={describedBy} full={full === true} disabled={field.disabled === true} />}
    </FieldRow>
  );
}

interface BareSelectProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly Option[];
  readonly label?: string;
  readonly labelledBy?: string;
  readonly describedBy?: string;
  readonly full?: boolean;
  readonly disabled?: boolean;
}

/** The drop-down list without a row around it: in filter bars and beside other fields. */
export function BareSelect({ value, onChange, options, label, labelledBy, describedBy, full, disabled }: BareSelectProps) {
  return (
    <Select
      className={full === true ? 'select full' : 'select'} value={value} onChange={(key) => { if (key !== null) onChange(String(key)); }} isDisabled={disabled === true}
      {...(label === undefined ? {} : { 'aria-label': label })} {...(labelledBy === undefined ? {} : { 'aria-labelledby': labelledBy })} {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
    >
      <Button className="input drop"><SelectValue className="value" /><ChevronDown size={14} aria-hidden /></Button>
      <Popover className="popover" offset={2} placement="bottom start">
        <OptionList options={options} />
      </Popover>
    </Select>
  );
}

function OptionList({ options }: { readonly options: readonly Option[] }): ReactNode {
  return (
    <ListBox className="options">
      {options.map((option) => <ListBoxItem key={option.value} id={option.value} textValue={option.label} className="option">{option.label}</ListBoxItem>)}
    </ListBox>
  );
}

/** Takes any text; the list offers what is likely. */
export function ComboBoxField({ value, onChange, options, placeholder, ...field }: ChoiceProps & { readonly placeholder?: string }) {
  return (
    <FieldRow {...field}>
      {({ controlId, labelId, describedBy }) => (
        <ComboBox
          id={controlId} className="combo" allowsCustomValue inputValue={value} onInputChange={onChange} onChange={(key) => { if (key !== null) onChange(String(key)); }} menuTrigger="manual" defaultFilter={() => true}
          allowsEmptyCollection isDisabled={field.disabled === true} isInvalid={field.error !== undefined} aria-labelledby={labelId} aria-describedby={describedBy}
        >
          <Input className="input" spellCheck={false} {...(placeholder === undefined ? {} : { placeholder })} />
          <Button className="drop"><ChevronDown size={14} aria-hidden /></Button>
          <Popover className="popover" offset={2} placement="bottom start"><OptionList options={options} /></Popover>
        </ComboBox>
      )}
    </FieldRow>
  );
}

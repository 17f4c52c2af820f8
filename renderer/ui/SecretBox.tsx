// A password that is kept where nobody can read it: whether there is one is all that is shown. Typing replaces it, Clear takes it away,
// and what was not touched stays as it is.
import { Button } from './Button.tsx';
import type { FieldProps } from './Field.tsx';
import { SimplePasswordBox } from './TextBox.tsx';

export interface SecretWords {
  readonly set: string;
  readonly notSet: string;
  readonly cleared: string;
  readonly clear: string;
  readonly keep: string;
  readonly show: string;
}

interface SecretBoxProps extends FieldProps {
  readonly isSet: boolean;
  /** undefined: as it is; '': taken away. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly words: SecretWords;
}

export function SecretBox({ isSet, value, onChange, words, ...field }: SecretBoxProps) {
  const isCleared = isSet && value === '';
  const placeholder = isCleared ? words.cleared : isSet ? words.set : words.notSet;
  return (
    <SimplePasswordBox
      {...field} value={value ?? ''} onChange={(typed) => onChange(typed === '' ? undefined : typed)} showLabel={words.show} placeholder={placeholder}
      after={isSet && field.disabled !== true ? <Button look="small" onPress={() => onChange(isCleared ? undefined : '')}>{isCleared ? words.keep : words.clear}</Button> : undefined}
    />
  );
}

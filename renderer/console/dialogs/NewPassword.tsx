// The password field of an account: hidden unless shown, its strength, and a button that makes one.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { PasswordBox } from '../../ui/TextBox.tsx';
import { makePassword, strengthOf } from '../password.ts';

interface NewPasswordProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly placeholder: string;
  /** Names that a good password does not contain. */
  readonly own: readonly string[];
}

export function NewPassword({ value, onChange, own, ...field }: NewPasswordProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const level = strengthOf(value, own);
  return (
    <>
      <PasswordBox
        {...field} value={value} onChange={onChange} shown={shown} onShow={setShown} showLabel={t('password.show')}
        after={<Button look="small" onPress={() => { onChange(makePassword()); setShown(true); }}>{t('password.make')}</Button>}
      />
      <div className="row">
        <span />
        <div className="strength" data-level={level} role="status">
          <span className="bars" aria-hidden><i /><i /><i /><i /></span>
          {level === 0 ? null : t(`password.strength.${level}`)}
        </div>
      </div>
    </>
  );
}

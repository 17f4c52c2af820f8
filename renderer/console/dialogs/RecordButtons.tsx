// Add, Replace, Remove beside a list whose chosen entry is edited below it (Secondary domains, Aliases, Smart hosts).
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';

interface RecordButtonsProps<T> {
  readonly chosen: T | null | undefined;
  readonly canAdd: boolean;
  readonly onAdd: () => Promise<void>;
  readonly onReplace: (chosen: T) => Promise<void>;
  readonly onRemove: (chosen: T) => Promise<void>;
  /** Further buttons below. */
  readonly children?: ReactNode;
}

export function RecordButtons<T>({ chosen, canAdd, onAdd, onReplace, onRemove, children }: RecordButtonsProps<T>) {
  const { t } = useTranslation();
  const none = chosen === null || chosen === undefined;
  return (
    <div className="buttons">
      <Button onPress={() => void onAdd()} isDisabled={!canAdd}>{t('button.add')}</Button>
      <Button onPress={() => { if (!none) void onReplace(chosen); }} isDisabled={none}>{t('button.replace')}</Button>
      <Button onPress={() => { if (!none) void onRemove(chosen); }} isDisabled={none}>{t('button.remove')}</Button>
      {children}
    </div>
  );
}

// Words that every property sheet needs.
import { useTranslation } from 'react-i18next';
import type { SheetWords } from '../../ui/PropertySheet.tsx';

export function useSheetWords(): SheetWords {
  const { t } = useTranslation();
  return {
    ok: t('button.ok'), cancel: t('button.cancel'), apply: t('button.apply'), help: t('button.help'), close: t('button.close'), noHelp: t('help.none'), tabs: t('help.tabs'),
  };
}

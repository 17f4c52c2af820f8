// Words that every property sheet needs, and those of fields for secrets.
import { useTranslation } from 'react-i18next';
import type { SheetWords } from '../../ui/PropertySheet.tsx';
import type { SecretWords } from '../../ui/SecretBox.tsx';

export function useSheetWords(): SheetWords {
  const { t } = useTranslation();
  return {
    ok: t('button.ok'), cancel: t('button.cancel'), apply: t('button.apply'), help: t('button.help'), close: t('button.close'), noHelp: t('help.none'), tabs: t('help.tabs'),
  };
}

export function useSecretWords(): SecretWords {
  const { t } = useTranslation();
  return {
    set: t('secret.set'), notSet: t('secret.not-set'), cleared: t('secret.cleared'), clear: t('secret.clear'), keep: t('secret.keep'), show: t('password.show'),
  };
}

// A group of settings that only Internet mail uses: its caption says so once, instead of every field.
import { Globe } from 'lucide-react';
import { createContext, use, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../ui/Field.tsx';

const Marked = createContext(false);

export function InternetGroup({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return <Marked value><GroupBox title={title} mark={<Mark />}>{children}</GroupBox></Marked>;
}

/** The mark of a single field; nothing where the group carries it. */
export function InternetMark() {
  return use(Marked) ? null : <Mark />;
}

function Mark() {
  const { t } = useTranslation();
  return <span className="internet"><Globe size={11} aria-hidden />{t('internet.mark')}</span>;
}

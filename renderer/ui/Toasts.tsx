// Short results that need no answer: "saved", "copied", a warning after Apply. They go by themselves unless they are warnings.
import { CircleAlert, CircleCheck, TriangleAlert, X } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from 'react-aria-components';

export interface Toast {
  readonly id: number;
  readonly kind: 'good' | 'warning' | 'error';
  readonly text: string;
}

const icons = { good: CircleCheck, warning: TriangleAlert, error: CircleAlert };
const shownMs = 4000;

export function Toasts({ toasts, closeLabel, onClose }: { readonly toasts: readonly Toast[]; readonly closeLabel: string; readonly onClose: (id: number) => void }) {
  return (
    // react-aria hides what is not the dialog from screen readers; results of Apply must still be heard.
    <div className="toasts" role="status" aria-live="polite" data-react-aria-top-layer="true">
      {toasts.map((toast) => <ToastCard key={toast.id} toast={toast} closeLabel={closeLabel} onClose={onClose} />)}
    </div>
  );
}

function ToastCard({ toast, closeLabel, onClose }: { readonly toast: Toast; readonly closeLabel: string; readonly onClose: (id: number) => void }) {
  const Icon = icons[toast.kind];
  useEffect(() => {
    if (toast.kind !== 'good') return undefined;
    const timer = setTimeout(() => onClose(toast.id), shownMs);
    return () => clearTimeout(timer);
  }, [toast, onClose]);
  return (
    <div className={`toast ${toast.kind}`}>
      <Icon size={18} aria-hidden />
      <div className="text">{toast.text}</div>
      <Button className="button icon flat small" aria-label={closeLabel} onPress={() => onClose(toast.id)}><X size={14} aria-hidden /></Button>
    </div>
  );
}

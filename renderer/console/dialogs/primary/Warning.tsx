// A line below a field: what will not work as it stands.
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export function Warning({ children }: { readonly children: ReactNode }) {
  return <p className="warn-note"><TriangleAlert size={14} aria-hidden /><span>{children}</span></p>;
}

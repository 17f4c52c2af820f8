// The bar between two panes: drag it, or move it with the arrow keys.
import type { PointerEvent, KeyboardEvent } from 'react';

interface SplitterProps {
  readonly label: string;
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** The sized pane stands at the right: dragging left makes it wider. */
  readonly reversed: boolean;
  readonly onSize: (size: number) => void;
}

export function Splitter({ label, size, min, max, reversed, onSize }: SplitterProps) {
  const limit = (wanted: number) => Math.max(min, Math.min(max, Math.round(wanted)));
  const sign = reversed ? -1 : 1;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const bar = event.currentTarget;
    const from = event.clientX;
    bar.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => onSize(limit(size + sign * (moved.clientX - from)));
    const end = () => { bar.removeEventListener('pointermove', move); bar.removeEventListener('pointerup', end); };
    bar.addEventListener('pointermove', move);
    bar.addEventListener('pointerup', end);
  };
  const keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -16 : event.key === 'ArrowRight' ? 16 : 0;
    if (step === 0) return;
    event.preventDefault();
    onSize(limit(size + sign * step));
  };
  return <div role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={size} aria-valuemin={min} aria-valuemax={max} tabIndex={0} className="splitter" onPointerDown={drag} onKeyDown={keys} />;
}

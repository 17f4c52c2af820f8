// A window over the window: caption with icon and close box, content, buttons. Enter presses the default button, Esc closes,
// Alt with a letter goes to a label, focus stays inside and returns to where it was. Everything that opens is one of these.
import { X } from 'lucide-react';
import { useEffect, useRef, useState, type CSSProperties, type FocusEvent, type KeyboardEvent, type PointerEvent, type ReactNode, type RefObject } from 'react';
import { Button, Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { accessKeys, activate, underline } from './access-keys.ts';

export interface DialogProps {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly width?: number;
  readonly height?: number;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly closeLabel: string;
  readonly onClose: () => void;
  /** What Enter does, unless the focus is where Enter means something else. */
  readonly onDefault?: (() => void) | undefined;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  /** Shows the help of the focused field at the foot. */
  readonly hint?: string;
  /** The content fills the window and scrolls by itself. */
  readonly fill?: boolean;
  readonly role?: 'dialog' | 'alertdialog';
  readonly className?: string;
}

export function Dialog(props: DialogProps) {
  const { title, icon, width = 600, height, children, footer, closeLabel, onClose, hint, fill, role = 'dialog', className } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [help, setHelp] = useState('');
  const { onEarlyKey, onKey } = useDialogKeys(props, frame);
  const size = { '--dialog-width': `${width}px`, ...(height === undefined ? {} : { '--dialog-height': `${height}px` }) } as CSSProperties;
  useFirstFocus(frame);
  const showHelp = (event: FocusEvent<HTMLElement> | PointerEvent<HTMLElement>) => {
    if (hint === undefined || !(event.target instanceof Element)) return;
    const found = event.target.closest<HTMLElement>('[data-help]')?.dataset['help'];
    if (found !== undefined || event.type === 'focus') setHelp(found ?? '');
  };
  return (
    <ModalOverlay className="scrim" isOpen isKeyboardDismissDisabled onOpenChange={(open) => { if (!open) onClose(); }}>
      <Modal className="dialog-frame">
        <div ref={frame} className="dialog-outer" onKeyDownCapture={onEarlyKey} onKeyDown={onKey} onFocus={showHelp} onPointerOver={showHelp}>
          <AriaDialog role={role} className={`dialog ${className ?? ''}`} style={size}>
            <div className="caption">
              {icon}
              <Heading slot="title" level={2}>{title}</Heading>
              <Button className="close" aria-label={closeLabel} onPress={onClose} excludeFromTabOrder><X size={16} aria-hidden /></Button>
            </div>
            <div className={fill === true ? 'content list' : 'content'}>{children}</div>
            {hint === undefined ? null : <div className="hint" aria-hidden>{help === '' ? hint : help}</div>}
            {footer === undefined ? null : <div className="footer">{footer}</div>}
          </AriaDialog>
        </div>
      </Modal>
    </ModalOverlay>
  );
}

const firstControls = ['.tab-panel', '.content', '.footer'].map((part) => `${part} :is(input:not([tabindex="-1"], :disabled), textarea, [role="grid"], button:not([tabindex="-1"], :disabled))`);

function focusFirst(frame: HTMLElement, selectors: readonly string[]): void {
  for (const selector of selectors) {
    const first = frame.querySelector<HTMLElement>(selector);
    if (first !== null) { first.focus(); return; }
  }
}

/** Where nothing asks for the focus it goes to the first control, as Windows does; not to the dialog itself, where no key means anything. */
function useFirstFocus(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const wait = requestAnimationFrame(() => {
      const { activeElement } = document;
      if (frame.current === null || (frame.current.contains(activeElement) && activeElement?.getAttribute('role')?.endsWith('dialog') !== true)) return;
      focusFirst(frame.current, firstControls);
    });
    return () => cancelAnimationFrame(wait);
  }, [frame]);
}

type DialogKeyEvent = KeyboardEvent<HTMLElement>;

/** Keys of a list that dropped down, or of a dialog above this one, come here through React but not through the page. */
const isInside = (event: DialogKeyEvent) => event.target instanceof Node && event.currentTarget.contains(event.target);

/** A box whose list has dropped down: Esc puts the list away, not the dialog. */
const hasOpenList = (target: EventTarget) => target instanceof HTMLElement && target.getAttribute('role') === 'combobox' && target.getAttribute('aria-expanded') === 'true';

/** Enter means something else in them: a new line, pressing the button, opening the row, choosing from the open list. */
const takesEnter = (target: EventTarget) => target instanceof HTMLTextAreaElement || target instanceof HTMLButtonElement
  || (target instanceof HTMLElement && (target.closest('[data-takes-enter]') !== null || target.getAttribute('aria-expanded') === 'true'));

function useDialogKeys(props: DialogProps, frame: RefObject<HTMLElement | null>) {
  const latest = useRef(props);
  useEffect(() => { latest.current = props; });
  useEffect(() => {
    const release = (event: globalThis.KeyboardEvent) => { if (event.key === 'Alt') underline([]); };
    const leave = () => underline([]);
    // A button that turned grey under the focus loses it to nothing; the keys of the topmost dialog must still mean something.
    const orphan = (event: globalThis.KeyboardEvent) => {
      if (document.activeElement !== document.body || frame.current === null || [...document.querySelectorAll('.dialog-outer')].at(-1) !== frame.current) return;
      focusFirst(frame.current, [...firstControls].reverse());
      if (event.key === 'Escape') latest.current.onClose();
      else if (event.key === 'Enter') latest.current.onDefault?.();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', orphan);
    window.addEventListener('keyup', release);
    window.addEventListener('blur', leave);
    return () => {
      window.removeEventListener('keydown', orphan);
      window.removeEventListener('keyup', release);
      window.removeEventListener('blur', leave);
      underline([]);
    };
  }, [frame]);
  // Before the fields: some of them keep Enter to themselves.
  const onEarlyKey = (event: DialogKeyEvent) => {
    if (!isInside(event)) return;
    props.onKeyDown?.(event);
    if (event.defaultPrevented) return;
    if (event.key === 'Alt') {
      event.preventDefault();
      underline(accessKeys(event.currentTarget));
    } else if (event.altKey && !event.ctrlKey && event.key.length === 1) {
      pressLetter(event);
    } else if (event.key === 'Enter' && props.onDefault !== undefined && !takesEnter(event.target)) {
      event.preventDefault();
      event.stopPropagation();
      // What is being typed in a number field counts once the field is left.
      if (event.target instanceof HTMLInputElement) { event.target.blur(); event.target.focus(); }
      setTimeout(() => latest.current.onDefault?.(), 0);
    }
  };
  const onKey = (event: DialogKeyEvent) => {
    if (!isInside(event) || event.defaultPrevented || event.key !== 'Escape' || hasOpenList(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    props.onClose();
  };
  return { onEarlyKey, onKey };
}

/** Several labels with one letter (they asked for it): each press goes to the next. */
function pressLetter(event: KeyboardEvent<HTMLElement>): void {
  event.preventDefault();
  event.stopPropagation();
  const matching = accessKeys(event.currentTarget).filter((entry) => entry.key === event.key.toLowerCase());
  const present = matching.findIndex(({ element }) => element.closest('[data-field],button')?.contains(document.activeElement) === true);
  const next = matching[(present + 1) % Math.max(1, matching.length)];
  if (next !== undefined) activate(next.element);
}

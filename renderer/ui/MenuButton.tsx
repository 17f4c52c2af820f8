// A push button that drops a menu down: what a toolbar or a footer has no room for.
import { ChevronDown } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { Menu, type MenuItem } from './Menu.tsx';

interface MenuButtonProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly flat?: boolean;
  readonly isDisabled?: boolean;
}

export function MenuButton({ label, items, flat, isDisabled }: MenuButtonProps) {
  const button = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState<{ x: number; y: number; byKeyboard: boolean } | null>(null);
  const show = (byKeyboard: boolean) => {
    const box = button.current?.getBoundingClientRect();
    if (box !== undefined) setOpen({ x: box.left, y: box.bottom + 2, byKeyboard });
  };
  return (
    <span ref={button} className="menu-button">
      <Button
        {...(flat === true ? { look: 'flat' as const, accessKey: null } : {})} aria-haspopup="menu" aria-expanded={open !== null} isDisabled={isDisabled === true}
        onPress={(event) => show(event.pointerType === 'keyboard' || event.pointerType === 'virtual')}
      >
        <span {...(flat === true ? {} : { 'data-access': '' })}>{label}</span>
        <ChevronDown size={13} aria-hidden />
      </Button>
      {open === null ? null : <Menu name={label} items={items} at={open} byKeyboard={open.byKeyboard} onClose={() => setOpen(null)} />}
    </span>
  );
}

// Menu and MenuItem: templates are kept, a click is a call, and accelerators of the application menu fire from key presses in a page
// that the page itself has not taken.
import { checkOptions, strictEmitter } from './strict.ts';

export interface ItemOptions {
  readonly id?: string;
  readonly label?: string;
  readonly type?: 'normal' | 'separator' | 'submenu' | 'checkbox' | 'radio';
  readonly role?: string;
  readonly enabled?: boolean;
  readonly accelerator?: string;
  readonly submenu?: readonly ItemOptions[];
  readonly click?: (item: MenuItem) => void;
}

export interface Key {
  readonly key: string;
  readonly code: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

const roles = new Set(['cut', 'copy', 'paste', 'selectAll', 'appMenu']);
const MenuBase = strictEmitter('Menu', ['menu-will-show', 'menu-will-close']);

export class MenuItem {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  enabled: boolean;
  readonly #click: ((item: MenuItem) => void) | undefined;

  constructor(options: ItemOptions) {
    checkOptions('MenuItem', options, ['id', 'label', 'type', 'role', 'enabled', 'accelerator', 'submenu', 'click']);
    if (options.role !== undefined && !roles.has(options.role)) throw new Error(`stand-in: menu role ${options.role} is not there`);
    if (options.type !== 'separator' && options.role === undefined && (options.label ?? '') === '') throw new Error('stand-in: a menu item without a label');
    this.id = options.id ?? '';
    this.label = options.label ?? '';
    this.type = options.submenu === undefined ? (options.type ?? 'normal') : 'submenu';
    this.role = options.role;
    this.accelerator = options.accelerator;
    this.submenu = options.submenu === undefined ? undefined : Menu.buildFromTemplate(options.submenu);
    this.enabled = options.enabled ?? true;
    this.#click = options.click;
    if (this.accelerator !== undefined) parseAccelerator(this.accelerator);
  }

  click(): void {
    this.#click?.(this);
  }
}

export class Menu extends MenuBase {
  static #application: Menu | null = null;
  readonly items: readonly MenuItem[];

  constructor(items: readonly MenuItem[]) {
    super();
    this.items = items;
  }

  static buildFromTemplate(template: readonly ItemOptions[]): Menu {
    return new Menu(template.map((options) => new MenuItem(options)));
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null);
      if (found !== null) return found;
    }
    return null;
  }

  popup(): void {
    // Drawn by the system: nothing to see here.
  }

  /** A key press that the page did not take. @returns whether an item had it */
  press(key: Key): boolean {
    for (const item of this.items) {
      if (item.submenu?.press(key) === true) return true;
      if (item.accelerator === undefined || !matches(item.accelerator, key)) continue;
      if (item.enabled) item.click();
      return true;
    }
    return false;
  }
}

const modifiers = new Set(['ctrl', 'alt', 'shift', 'meta']);

function parseAccelerator(accelerator: string): Set<string> {
  const words = accelerator.split('+').map((word) => word.toLowerCase()).map((word) => (word === 'cmdorctrl' || word === 'commandorcontrol' || word === 'control' ? 'ctrl' : word));
  const keys = words.filter((word) => !modifiers.has(word));
  if (keys.length !== 1 || !/^([a-z0-9]|f\d{1,2}|delete|insert|home|end|escape|enter|space|tab)$/.test(keys[0] ?? '')) throw new Error(`stand-in: accelerator ${accelerator} is not modelled`);
  return new Set(words);
}

function matches(accelerator: string, { key, code, ctrl, alt, shift, meta }: Key): boolean {
  const wanted = parseAccelerator(accelerator);
  // The key cap counts, not the sign that Alt makes of it.
  const cap = code.replace(/^(Key|Digit)/, '').toLowerCase();
  if (![...wanted].some((word) => !modifiers.has(word) && (word === cap || word === key.toLowerCase()))) return false;
  return wanted.has('ctrl') === ctrl && wanted.has('alt') === alt && wanted.has('shift') === shift && wanted.has('meta') === meta;
}

// Keys of the command table ("Alt+N", "F2", "Ctrl+W": Electron's accelerator syntax) against the keys that are pressed in the page.
import { commands, type Command } from '../../core/contract/commands.ts';

interface Pressed {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

export function matchesKey(accelerator: string, pressed: Pressed): boolean {
  const parts = accelerator.split('+');
  const key = parts.at(-1) ?? '';
  return pressed.key.toLowerCase() === key.toLowerCase()
    && pressed.altKey === parts.includes('Alt') && pressed.ctrlKey === parts.includes('Ctrl') && pressed.shiftKey === parts.includes('Shift') && !pressed.metaKey;
}

/** The command of the page for a key press. */
export function commandFor(pressed: Pressed): Command | undefined {
  return commands.find(({ key, where }) => key !== undefined && where === 'page' && matchesKey(key, pressed));
}

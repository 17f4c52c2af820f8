// What the desktop shell gives the console page, and what it is told. The preload exposes one object, `window.merpati`, by
// contextBridge; a page in a browser has none. Only plain data and functions cross; the engine's port comes beside it (below).
import type { CommandId } from './commands.ts';

/**
 * The engine's MessagePort cannot cross contextBridge, so the preload posts it to its own window:
 *
 *     window.postMessage({ type: portMessageType }, '*', [port])
 *
 * The page listens before it calls `requestPort()`, and takes a message only when `event.source === window`.
 * A new port may come at any time (the engine was started again): the page drops the old one and asks for everything anew.
 */
export const portMessageType = 'merpati-port';

/** What the shell does not know by itself. Sent whenever one of them changes. */
export interface PageState {
  /** A dialog is open: the native menu's commands are greyed until it closes, as in any Windows program. */
  readonly dialogOpen: boolean;
  /** As shown, after `system` has been resolved: language of the native menu, the tray and the message boxes. */
  readonly language: 'en' | 'id';
  /** For nativeTheme.themeSource. */
  readonly theme: 'system' | 'light' | 'dark';
}

export interface DesktopApi {
  /** process.platform */
  readonly platform: string;
  /** The menu bar is drawn by the system (macOS), so the page leaves its own out. Elsewhere the page draws it. */
  readonly nativeMenuBar: boolean;
  /** Asks for a port to the engine; it comes as a message, at once or when the engine is up. */
  requestPort(): void;
  /** The engine's process: `stopped` from when it died or is shut down until it is back. Called once with the present state. */
  onEngine(callback: (state: 'running' | 'stopped') => void): void;
  /** A command of the native menu, its key or the tray. `where: 'shell'` commands never come here. */
  onCommand(callback: (command: CommandId) => void): void;
  /** The page asks for a command with `where: 'shell'`: close, exit. */
  run(command: CommandId): void;
  setState(state: PageState): void;
  /** The system's folder chooser; null when it was cancelled. */
  chooseFolder(startIn: string): Promise<string | null>;
}

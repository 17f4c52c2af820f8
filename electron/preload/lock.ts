// The preload of the lock window. The page has no script of its own: this fills in its words and asks main whether a password is right.
import { ipcRenderer } from 'electron';
import { channels, type LockDescription } from '../channels.ts';

function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`lock.html has no ${id}`);
  return found;
}

async function fillIn(): Promise<void> {
  const words = (await ipcRenderer.invoke(channels.describeLock)) as LockDescription | null;
  if (words === null) return;
  const password = byId('password', HTMLInputElement);
  const repeat = byId('repeat', HTMLInputElement);
  document.documentElement.lang = words.language;
  document.title = words.title;
  byId('text', HTMLParagraphElement).textContent = words.text;
  byId('password-label', HTMLLabelElement).textContent = words.password;
  byId('repeat-label', HTMLLabelElement).textContent = words.repeat;
  byId('ok', HTMLButtonElement).textContent = words.ok;
  byId('cancel', HTMLButtonElement).textContent = words.cancel;
  byId('repeat-row', HTMLDivElement).hidden = words.mode === 'unlock';
  password.focus();

  byId('form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void submit(password, repeat);
  });
  byId('cancel', HTMLButtonElement).addEventListener('click', () => ipcRenderer.send(channels.cancelLock));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') ipcRenderer.send(channels.cancelLock);
  });
}

async function submit(password: HTMLInputElement, repeat: HTMLInputElement): Promise<void> {
  const ok = byId('ok', HTMLButtonElement);
  if (ok.disabled) return;
  ok.disabled = true;
  const problem = (await ipcRenderer.invoke(channels.submitLock, password.value, repeat.value)) as string | null;
  ok.disabled = false;
  if (problem === null) return;
  byId('problem', HTMLParagraphElement).textContent = problem;
  password.value = '';
  repeat.value = '';
  password.focus();
}

document.addEventListener('DOMContentLoaded', () => void fillIn());

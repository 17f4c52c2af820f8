// What no page of ours may do, whatever happens in it: navigate, open windows, get a permission, or speak for another page.
import { app, session, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents, type WebPreferences } from 'electron';

/** Every window has these; a test and a lint rule see to it. */
export function pagePreferences(preload: string): WebPreferences {
  return { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false, navigateOnDragDrop: false };
}

/** For every page that is ever made; once, when the app is ready. */
export function guardPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}

/** Whether a message comes from the top frame of this page, showing what we loaded into it. */
export function isFrom(event: IpcMainEvent | IpcMainInvokeEvent, contents: WebContents | null, url: string): boolean {
  const frame = event.senderFrame;
  if (contents === null || event.sender !== contents || frame === null || frame.parent !== null) return false;
  const [is, should] = [new URL(frame.url), new URL(url)];
  return is.protocol === should.protocol && is.host === should.host && is.pathname === should.pathname;
}

// session.defaultSession: permission handlers, which every page is held to.
import { strictModule } from './strict-module.ts';

type RequestHandler = (contents: object | null, permission: string, answer: (granted: boolean) => void, details: object) => void;
let request: RequestHandler | null = null;
let check: ((contents: object | null, permission: string) => boolean) | null = null;

const defaultSession = strictModule('session.defaultSession', {
  setPermissionRequestHandler: (handler: RequestHandler | null) => void (request = handler),
  setPermissionCheckHandler: (handler: typeof check) => void (check = handler),
  setDevicePermissionHandler: () => undefined,
});
export const session = strictModule('session', { defaultSession });

/** Chromium's name of a permission -> Electron's. */
const permissions: Readonly<Record<string, string>> = { geolocation: 'geolocation', notifications: 'notifications', midi: 'midi', camera: 'media', microphone: 'media', 'clipboard-read': 'clipboard-read' };

/** What a page may have. Without a handler Electron grants all. */
export async function permissionsFor(contents: object): Promise<{ name: string; granted: boolean }[]> {
  return await Promise.all(Object.entries(permissions).map(async ([name, permission]) => {
    const asked = request === null ? true : await new Promise<boolean>((resolve) => request?.(contents, permission, resolve, { isMainFrame: true }));
    return { name, granted: asked && (check?.(contents, permission) ?? true) };
  }));
}

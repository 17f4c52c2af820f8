// Whether a tray icon would be seen. On Linux it takes a StatusNotifier host, which GNOME has only by an extension; asked over D-Bus.
import { execFile } from 'node:child_process';

const question = [
  'call', '--session', '--timeout', '3', '--dest', 'org.kde.StatusNotifierWatcher', '--object-path', '/StatusNotifierWatcher',
  '--method', 'org.freedesktop.DBus.Properties.Get', 'org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered',
];

/** False when nobody answers: then the tray is never the only way in. */
export async function trayIsSeen(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  return await new Promise((resolve) => {
    execFile('gdbus', question, { timeout: 5000 }, (error, answer) => resolve(error === null && answer.includes('true')));
  });
}

// The pigeon in the notification area. Double-click opens the console; on Linux, where hosts know no double-click, one click does.
import { join } from 'node:path';
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import type { TrayStatus } from './tray-status.ts';

export interface TrayIconView {
  show(status: TrayStatus): void;
  menu(items: MenuItemConstructorOptions[]): void;
  destroy(): void;
}

export function createTray(assets: string, status: TrayStatus, onOpen: () => void): TrayIconView {
  const tray = new Tray(imageOf(assets, status));
  tray.on('double-click', onOpen);
  if (process.platform === 'linux') tray.on('click', onOpen);
  let shown = imageOf(assets, status);
  tray.setToolTip(status.tooltip);
  return {
    show(next) {
      const image = imageOf(assets, next);
      if (image !== shown) tray.setImage(image);
      shown = image;
      tray.setToolTip(next.tooltip);
    },
    menu: (items) => tray.setContextMenu(Menu.buildFromTemplate(items)),
    destroy: () => tray.destroy(),
  };
}

/** Windows draws an .ico sharp at every scale; elsewhere Electron takes the @2x file by itself. */
function imageOf(assets: string, { icon, locked }: TrayStatus): string {
  return join(assets, 'tray', `${icon}${locked ? '-locked' : ''}.${process.platform === 'win32' ? 'ico' : 'png'}`);
}

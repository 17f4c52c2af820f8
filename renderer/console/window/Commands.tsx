// The command table as menu bar and toolbar.
import { useTranslation } from 'react-i18next';
import { Button, Toolbar, Tooltip, TooltipTrigger } from 'react-aria-components';
import { commands, menus, type Command } from '../../../core/contract/commands.ts';
import { plainLabel } from '../../ui/label.ts';
import { MenuBar, type BarMenu } from '../../ui/MenuBar.tsx';
import type { MenuItem } from '../../ui/Menu.tsx';
import { useConsole, useDialogs, useFacts, useView } from '../console.ts';
import { iconOf } from '../icons.ts';
import { runCommand } from '../run-command.ts';

export function CommandMenus() {
  const console = useConsole();
  const { t } = useTranslation();
  const blocked = useDialogs((dialogs) => dialogs.stack.length > 0);
  const switched = useView((view) => view.switched);
  const inBrowser = useFacts((facts) => facts.access?.transport !== 'desktop');
  const isThere = ({ id, where }: Command) => (where === 'page' || console.desktop !== null) && (id !== 'file.signOut' || inBrowser);
  const bar: BarMenu[] = menus.map((menu) => ({
    id: menu,
    label: t(`menu.${menu}`),
    items: commands.filter((command) => command.menu === menu && isThere(command)).map((command, index): MenuItem => {
      const Icon = iconOf(command.icon);
      return {
        id: command.id,
        label: t(`command.${command.id}`),
        run: () => runCommand(console, t, command.id),
        ...(Icon === undefined ? {} : { icon: <Icon size={14} aria-hidden /> }),
        ...(command.key === undefined ? {} : { key: command.key }),
        ...(command.separated === true && index > 0 ? { separated: true } : {}),
        ...(command.id === 'windows.switchPanes' ? { checked: switched } : {}),
      };
    }),
  }));
  return <MenuBar name={t('menu-bar')} menus={bar.filter(({ items }) => items.length > 0)} blocked={blocked} />;
}

export function CommandBar() {
  const console = useConsole();
  const { t } = useTranslation();
  const shown = commands.filter((command) => command.toolbar === true && command.where === 'page');
  return (
    <Toolbar className="toolbar" aria-label={t('toolbar')}>
      {shown.map((command, index) => {
        const Icon = iconOf(command.icon);
        return [
          index > 0 && shown[index - 1]?.menu !== command.menu ? <span key={`${command.id}-line`} className="divider" aria-hidden /> : null,
          <TooltipTrigger key={command.id} delay={700}>
            <Button className="tool" onPress={() => runCommand(console, t, command.id)}>
              {Icon === undefined ? null : <Icon size={16} aria-hidden />}
              {t(`tool.${command.id}`)}
            </Button>
            <Tooltip className="tooltip" offset={4}>{plainLabel(t(`command.${command.id}`))}{command.key === undefined ? '' : ` (${command.key})`}</Tooltip>
          </TooltipTrigger>,
        ];
      })}
    </Toolbar>
  );
}

// The Windows property sheet: tabs, and OK, Cancel, Apply, Help. OK applies and closes; Apply stays; Apply is grey until
// something changed. Ctrl+Tab and Ctrl+PageDown change the tab. A tab with a wrong field carries a red dot, and comes up.
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { HelpWindow, type HelpEntry } from './HelpWindow.tsx';

export interface SheetTab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
  /** Names of the fields on it, to find the tab of an error. */
  readonly fields: readonly string[];
}

export interface SheetWords {
  readonly ok: string;
  readonly cancel: string;
  readonly apply: string;
  readonly help: string;
  readonly close: string;
  readonly noHelp: string;
  readonly tabs: string;
}

export interface PropertySheetProps {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly width?: number;
  readonly height?: number;
  readonly tabs: readonly SheetTab[];
  readonly words: SheetWords;
  readonly hint: string;
  readonly dirty: boolean;
  /** A new thing may be made with OK though nothing was changed. */
  readonly alwaysApply?: boolean;
  readonly busy: boolean;
  readonly errors: ReadonlySet<string>;
  /** Above the tabs: what went wrong that belongs to no field. */
  readonly banner?: ReactNode;
  /** Resolves to whether it was saved. */
  readonly onApply: () => Promise<boolean>;
  readonly onClose: () => void;
}

export function PropertySheet(props: PropertySheetProps) {
  const { tabs, words, errors, busy, dirty, onApply, onClose } = props;
  const [tab, setTab] = useState(tabs[0]?.id ?? '');
  const [help, setHelp] = useState<HelpEntry[] | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const failures = useRef(0);
  const [shake, setShake] = useState(0);
  useFirstError(shake, tabs, errors, body, setTab);
  const apply = async () => {
    const saved = await onApply();
    if (!saved) setShake(++failures.current);
    return saved;
  };
  const accept = async () => {
    if (busy) return;
    if ((!dirty && props.alwaysApply !== true) || await apply()) onClose();
  };
  return (
    <Dialog
      title={props.title} icon={props.icon} width={props.width ?? 600} height={props.height ?? 560} closeLabel={words.close} hint={props.hint} fill onClose={onClose} onDefault={() => void accept()}
      onKeyDown={(event) => changeTab(event, tabs, tab, setTab)} className={busy ? 'busy' : ''}
      footer={(
        <>
          <Button kind="primary" accessKey={null} onPress={() => void accept()} isDisabled={busy}>{words.ok}</Button>
          <Button accessKey={null} onPress={onClose}>{words.cancel}</Button>
          <Button accessKey="a" onPress={() => void apply()} isDisabled={busy || !dirty}>{words.apply}</Button>
          <Button onPress={() => setHelp(body.current === null ? [] : collectHelp(body.current))}>{words.help}</Button>
        </>
      )}
    >
      {props.banner}
      <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => setTab(String(key))} ref={body}>
        <TabList className="tab-list" aria-label={words.tabs}>
          {tabs.map(({ id, label, fields }) => (
            <Tab key={id} id={id} className="tab"><span>{label}</span>{fields.some((field) => errors.has(field)) ? <span className="tab-error" /> : null}</Tab>
          ))}
        </TabList>
        {tabs.map(({ id, content }) => <TabPanel key={id} id={id} className="tab-panel">{content}</TabPanel>)}
      </Tabs>
      {help === null ? null : <HelpWindow title={`${words.help}: ${props.title}`} entries={help} empty={words.noHelp} close={words.close} onClose={() => setHelp(null)} />}
    </Dialog>
  );
}

function changeTab(event: KeyboardEvent, tabs: readonly SheetTab[], tab: string, setTab: (id: string) => void): void {
  const step = event.key === 'PageDown' || (event.key === 'Tab' && !event.shiftKey) ? 1 : event.key === 'PageUp' || event.key === 'Tab' ? -1 : 0;
  if (!event.ctrlKey || step === 0) return;
  event.preventDefault();
  const index = tabs.findIndex(({ id }) => id === tab);
  const next = tabs[(index + step + tabs.length) % tabs.length];
  if (next !== undefined) setTab(next.id);
}

/** After a refused save: brings up the first tab with an error and puts the focus into the field. */
function useFirstError(shake: number, tabs: readonly SheetTab[], errors: ReadonlySet<string>, body: React.RefObject<HTMLDivElement | null>, setTab: (id: string) => void): void {
  const latest = useRef({ tabs, errors, setTab });
  useEffect(() => { latest.current = { tabs, errors, setTab }; });
  useEffect(() => {
    if (shake === 0) return undefined;
    const wrong = latest.current.tabs.find(({ fields }) => fields.some((field) => latest.current.errors.has(field)));
    if (wrong === undefined) return undefined;
    latest.current.setTab(wrong.id);
    const frame = requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[data-invalid] input, [data-invalid] textarea, input[data-invalid]')?.focus());
    return () => cancelAnimationFrame(frame);
  }, [shake, body]);
}

/** The fields say what they are for themselves, so the help of a tab is collected from it. */
function collectHelp(body: HTMLElement): HelpEntry[] {
  return [...body.querySelectorAll<HTMLElement>('[data-help][data-label]')]
    .map((element) => ({ term: element.dataset['label'] ?? '', text: element.dataset['help'] ?? '' }))
    .filter(({ text }) => text !== '');
}

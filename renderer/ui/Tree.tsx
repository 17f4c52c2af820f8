// A tree as in the left pane of an admin tool: arrow keys, Enter and double-click, context menu, typing ahead.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Menu, type MenuItem } from './Menu.tsx';

export interface TreeNode {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** At the right: a count, a port. */
  readonly detail?: string;
  readonly title?: string;
  readonly children?: readonly TreeNode[];
  readonly onOpen?: () => void;
  readonly menu?: readonly MenuItem[];
}

interface Line {
  readonly node: TreeNode;
  readonly level: number;
  readonly parent: string | null;
  readonly open: boolean;
  readonly position: number;
  readonly siblings: number;
}

export function Tree({ label, nodes }: { readonly label: string; readonly nodes: readonly TreeNode[] }) {
  const baseId = useId();
  const tree = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState(nodes[0]?.id ?? '');
  const [popup, setPopup] = useState<{ x: number; y: number; node: TreeNode; byKeyboard: boolean } | null>(null);
  const lines = flatten(nodes, closed, 1, null);
  const setOpen = (id: string, open: boolean) => setClosed((before) => { const next = new Set(before); if (open) next.delete(id); else next.add(id); return next; });
  const element = (id: string) => tree.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
  const select = (line: Line | undefined) => {
    if (line === undefined) return;
    setSelected(line.node.id);
    element(line.node.id)?.scrollIntoView({ block: 'nearest' });
  };
  const open = (line: Line) => { if (line.node.onOpen !== undefined) line.node.onOpen(); else if (line.node.children !== undefined) setOpen(line.node.id, !line.open); };
  const keys = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey) return;
    const index = Math.max(0, lines.findIndex((line) => line.node.id === selected));
    const line = lines[index];
    if (line === undefined) return;
    const act = treeKeys(event.key, event.shiftKey, { lines, index, line, select, setOpen, open });
    if (act === 'menu') {
      const box = element(line.node.id)?.getBoundingClientRect();
      if (box !== undefined && line.node.menu !== undefined) setPopup({ x: box.left + 40, y: box.bottom, node: line.node, byKeyboard: true });
    }
    if (act !== null) event.preventDefault();
  };
  const current = lines.some((line) => line.node.id === selected) ? `${baseId}-${selected}` : undefined;
  return (
    <div ref={tree} role="tree" aria-label={label} tabIndex={0} className="tree" onKeyDown={keys} aria-activedescendant={current}>
      {lines.map((line) => (
        <div
          key={line.node.id} id={`${baseId}-${line.node.id}`} data-node={line.node.id} role="treeitem" aria-level={line.level} aria-posinset={line.position} aria-setsize={line.siblings}
          aria-selected={line.node.id === selected} className="tree-item" style={{ paddingLeft: `${line.node.children === undefined ? 10 + (line.level - 1) * 18 : 6 + (line.level - 1) * 18}px` }} title={line.node.title}
          {...(line.node.id === selected ? { 'data-selected': '' } : {})} {...(line.node.children === undefined ? {} : { 'aria-expanded': line.open })}
          onMouseDown={() => setSelected(line.node.id)} onDoubleClick={() => open(line)}
          onContextMenu={(event) => { event.preventDefault(); setSelected(line.node.id); if (line.node.menu !== undefined) setPopup({ x: event.clientX, y: event.clientY, node: line.node, byKeyboard: false }); }}
        >
          {line.node.children === undefined ? null : (
            <span className="twist" onClick={() => setOpen(line.node.id, !line.open)} aria-hidden>{line.open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}</span>
          )}
          {line.node.children === undefined ? <span className="leaf">{line.node.icon}</span> : line.node.icon}
          <span className="label">{line.node.label}</span>
          {line.node.detail === undefined ? null : <span className="detail">{line.node.detail}</span>}
        </div>
      ))}
      {popup === null ? null : <Menu name={popup.node.label} items={popup.node.menu ?? []} at={popup} byKeyboard={popup.byKeyboard} onClose={() => { setPopup(null); tree.current?.focus(); }} />}
    </div>
  );
}

function flatten(nodes: readonly TreeNode[], closed: ReadonlySet<string>, level: number, parent: string | null): Line[] {
  return nodes.flatMap((node, index) => {
    const open = node.children !== undefined && !closed.has(node.id);
    const line: Line = { node, level, parent, open, position: index + 1, siblings: nodes.length };
    return open ? [line, ...flatten(node.children, closed, level + 1, node.id)] : [line];
  });
}

interface TreeKeys {
  readonly lines: readonly Line[];
  readonly index: number;
  readonly line: Line;
  readonly select: (line: Line | undefined) => void;
  readonly setOpen: (id: string, open: boolean) => void;
  readonly open: (line: Line) => void;
}

function treeKeys(key: string, shift: boolean, { lines, index, line, select, setOpen, open }: TreeKeys): 'done' | 'menu' | null {
  switch (key) {
    case 'ArrowDown': select(lines[index + 1]); return 'done';
    case 'ArrowUp': select(lines[index - 1]); return 'done';
    case 'Home': select(lines[0]); return 'done';
    case 'End': select(lines.at(-1)); return 'done';
    case 'Enter': open(line); return 'done';
    case 'ArrowRight':
      if (line.node.children !== undefined && !line.open) setOpen(line.node.id, true);
      else if (line.open) select(lines[index + 1]);
      return 'done';
    case 'ArrowLeft':
      if (line.open) setOpen(line.node.id, false);
      else select(lines.find((candidate) => candidate.node.id === line.parent));
      return 'done';
    case 'ContextMenu': return 'menu';
    case 'F10': return shift ? 'menu' : null;
    default: {
      if (key.length !== 1 || key === ' ') return null;
      const after = [...lines.slice(index + 1), ...lines.slice(0, index)];
      select(after.find((candidate) => candidate.node.label.toLowerCase().startsWith(key.toLowerCase())));
      return 'done';
    }
  }
}

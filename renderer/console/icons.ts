// Icons of the command table by their lucide names; only those used are bundled.
import {
  Activity, AtSign, BadgeCheck, Columns2, FlaskConical, Footprints, Globe, History, Inbox, Info, Keyboard, Layers, Lock, LogOut, RefreshCw, Route, ScrollText, Settings, Shield, Smartphone, UserPlus, Users, WandSparkles,
  type LucideIcon,
} from 'lucide-react';

const icons: Readonly<Record<string, LucideIcon>> = {
  activity: Activity, 'at-sign': AtSign, 'badge-check': BadgeCheck, 'columns-2': Columns2, 'flask-conical': FlaskConical, footprints: Footprints, route: Route, globe: Globe, history: History, inbox: Inbox, info: Info, keyboard: Keyboard, layers: Layers,
  lock: Lock, 'log-out': LogOut, 'refresh-cw': RefreshCw, 'scroll-text': ScrollText, settings: Settings, shield: Shield, smartphone: Smartphone, 'user-plus': UserPlus, users: Users,
  'wand-sparkles': WandSparkles,
};

export function iconOf(name: string | undefined): LucideIcon | undefined {
  return name === undefined ? undefined : icons[name];
}

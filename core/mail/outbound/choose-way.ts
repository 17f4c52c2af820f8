// The first decision about mail for elsewhere: directly, or through which host. In this order: the administrator's choice for this message,
// the smart host of the sending account, that of the destination domain, the delivery mode. Pure. Called by route-plan.ts.
import type { RouteStepRecord, SmartHost } from '../../contract/records.ts';
import { parseMailbox } from '../../protocol/address.ts';
import { accountOf } from '../local-address.ts';
import { readHostField } from './host-field.ts';
import type { HopAddress, Logon, PopCheck } from './ports.ts';
import type { PlanContext, RouteQuestion } from './route-plan.ts';
import { step } from './steps.ts';

/** A host that takes mail for others, as the settings describe it. */
export interface ChosenHost {
  readonly host: string;
  readonly port: number | null;
  readonly tls: HopAddress['tls'];
  readonly verify: boolean;
  readonly logon: Logon | null;
  readonly pop: PopCheck | null;
}
/** `host` is tried after the servers of the domain if `direct`. Neither: the mode asks for a smart host, and there is none. */
export interface Choice {
  readonly direct: boolean;
  readonly host: ChosenHost | null;
}

type Context = Pick<PlanContext, 'settings' | 'directory' | 'smartHosts' | 'smartHostPassword' | 'secret'>;

export function chooseWay(question: RouteQuestion, context: Context, steps: RouteStepRecord[]): Choice {
  const { settings } = context;
  if (question.via !== '') {
    steps.push(step('via', { host: question.via }));
    return { direct: false, host: knownHost(question.via, context) };
  }
  const own = ownRule(question, context);
  if (own !== null) {
    const { rule, account } = own;
    const facts = account === null ? { match: rule.match } : { account };
    if (rule.host === '') {
      steps.push(step(account === null ? 'direct-domain' : 'direct-account', facts));
      return { direct: true, host: null };
    }
    steps.push(step(account === null ? 'smart-host-domain' : 'smart-host-account', { ...facts, host: rule.host }));
    return { direct: false, host: hostOf(rule, context) };
  }
  const host = settings['delivery.smartHost'];
  switch (settings['delivery.mode']) {
    case 'direct':
      steps.push(step('mode-direct'));
      return { direct: true, host: null };
    case 'smart-host':
      steps.push(host === '' ? step('no-smart-host', {}, 'error') : step('mode-smart-host', { host }));
      return { direct: false, host: host === '' ? null : mainHost(context) };
    case 'direct-then-smart-host':
      steps.push(host === '' ? step('mode-direct-no-smart-host', {}, 'warning') : step('mode-direct-then-smart-host', { host }));
      return { direct: true, host: host === '' ? null : mainHost(context) };
  }
}

/** The account that has a smart host of its own and sends with this reverse-path; null if there is none. */
export function accountRule(reversePath: string, { smartHosts, directory }: Pick<Context, 'smartHosts' | 'directory'>): SmartHost | null {
  const rules = smartHosts.filter(({ kind, enabled }) => enabled && kind === 'account');
  if (rules.length === 0) return null;
  const mailbox = parseMailbox(reversePath);
  const account = mailbox === null ? null : accountOf(directory, mailbox, '');
  return account === null ? null : rules.find(({ match }) => match.toLowerCase() === account.address.toLowerCase()) ?? null;
}

function ownRule({ destination, reversePath }: RouteQuestion, context: Context): { readonly rule: SmartHost; readonly account: string | null } | null {
  const ofAccount = accountRule(reversePath, context);
  if (ofAccount !== null) return { rule: ofAccount, account: ofAccount.match };
  // The longest match says most: mail.contoh.id before .contoh.id before .id. A leading dot means what is below the domain, not itself.
  const [rule] = context.smartHosts
    .filter(({ kind, enabled, match }) => enabled && kind === 'domain' && (match.startsWith('.') ? destination.endsWith(match) : destination === match))
    .sort((one, other) => other.match.length - one.match.length);
  return rule === undefined ? null : { rule, account: null };
}

/** A host that is in the settings already keeps its logon and encryption when it is chosen by hand. */
function knownHost(field: string, context: Context): ChosenHost {
  if (field === context.settings['delivery.smartHost']) return mainHost(context);
  const rule = context.smartHosts.find(({ host, enabled }) => enabled && host === field);
  return rule === undefined ? { ...readHostField(field), tls: 'opportunistic', verify: false, logon: null, pop: null } : hostOf(rule, context);
}

function hostOf({ id, host, tls, verify, user, method }: SmartHost, { smartHostPassword }: Context): ChosenHost {
  return { ...readHostField(host), tls, verify, logon: user === '' ? null : { user, password: smartHostPassword(id), method }, pop: null };
}

function mainHost({ settings, secret }: Context): ChosenHost {
  const { host, port } = readHostField(settings['delivery.smartHost']);
  const verify = settings['delivery.smartHostVerify'];
  const popHost = readHostField(settings['delivery.popHost']);
  return {
    host, port, tls: settings['delivery.smartHostTls'], verify,
    logon: settings['delivery.smartHostLogon'] ? { user: settings['delivery.smartHostUser'], password: secret('delivery.smartHostPassword'), method: settings['delivery.smartHostMethod'] } : null,
    pop: settings['delivery.popBefore']
      ? { host: popHost.host || host, port: popHost.port, tls: settings['delivery.popTls'], verify, user: settings['delivery.popUser'], password: secret('delivery.popPassword') }
      : null,
  };
}

// "Explain this route": every decision on the way of a message, from the recipient's domain to the servers that would be tried, without
// sending anything. The same code that routes and sends decides here. Called by host/ for the console.
import type { ExplainedRoute, RouteStepRecord } from '../../contract/records.ts';
import { formatMailbox, parseMailbox } from '../../protocol/address.ts';
import { asciiDomain } from '../../protocol/domain-name.ts';
import type { QueuedMessage } from '../../store/store.ts';
import { accountOf } from '../local-address.ts';
import type { Policy } from '../policy.ts';
import { routeRecipient, type Asker, type RouteStep } from '../route.ts';
import { planRoute, type PlanContext, type RouteQuestion } from './route-plan.ts';
import { step } from './steps.ts';

export interface ExplainQuestion {
  /** As it was typed. */
  readonly recipient: string;
  /** '' stands for this server itself, which sends reports. */
  readonly sender: string;
}

/** How a new message would go. A sender who is a user here counts as logged on. */
export async function explainRecipient({ recipient, sender }: ExplainQuestion, policy: Policy, context: PlanContext): Promise<ExplainedRoute> {
  const mailbox = parseMailbox(recipient.trim());
  if (mailbox === null) return { recipient, outcome: 'refused', steps: [step('address-illegal', { written: recipient }, 'error')] };
  const address = formatMailbox(mailbox);
  const from = sender.trim();
  const route = routeRecipient(mailbox, from === '' ? ourselves : askerOf(from, policy), policy);
  const steps = route.steps.flatMap(recorded);
  if (route.kind === 'refused') return { recipient: address, outcome: 'refused', steps };
  const elsewhere = route.targets.find(({ kind }) => kind === 'remote');
  if (elsewhere === undefined) return { recipient: address, outcome: route.targets.some(({ kind }) => kind === 'local') ? 'local' : 'bad', steps };
  return explainWay(address, { destination: asciiDomain(mailbox.domain), reversePath: from, via: '' }, 'remote', context, steps);
}

/** How a message of the queue would go on, for each of its recipients. */
export async function explainQueued(message: QueuedMessage, context: PlanContext): Promise<readonly ExplainedRoute[]> {
  const { queue, destination, reversePath, via, recipients } = message;
  const all: ExplainedRoute[] = [];
  for (const { address } of recipients) {
    if (queue === 'holding') all.push({ recipient: address, outcome: 'waits', steps: [step('held', {}, 'warning')] });
    else if (queue === 'bad') all.push({ recipient: address, outcome: 'bad', steps: [step('in-bad-queue', {}, 'warning')] });
    else all.push(await explainWay(address, { destination, reversePath, via }, queue, context, []));
  }
  return all;
}

async function explainWay(recipient: string, question: RouteQuestion, queue: 'remote' | 'retry', context: PlanContext, before: readonly RouteStepRecord[]): Promise<ExplainedRoute> {
  const plan = await planRoute(question, context);
  const steps = [...before, ...plan.steps];
  if (plan.kind === 'undeliverable') return { recipient, outcome: 'undeliverable', steps };
  if (plan.kind === 'later') return { recipient, outcome: 'waits', steps };
  const frozen = context.settings[queue === 'remote' ? 'queues.frozenRemote' : 'queues.frozenRetry'];
  return { recipient, outcome: frozen ? 'waits' : 'remote', steps: [...steps, frozen ? step(`frozen-${queue}`, {}, 'warning') : step('sends', {}, 'good')] };
}

const nobody: Asker = { login: null, remoteAddress: '', localAddress: '' };
/** What this server sends by itself needs nobody's leave. */
const ourselves: Asker = { ...nobody, login: { accountId: 0, address: '<>' } };

function askerOf(sender: string, { directory }: Policy): Asker {
  const mailbox = parseMailbox(sender);
  const account = mailbox === null ? null : accountOf(directory, mailbox, '');
  return account === null ? nobody : { ...nobody, login: { accountId: account.id, address: account.address } };
}

const levels: { readonly [K in RouteStep['kind']]?: RouteStepRecord['level'] } = {
  'account': 'good', 'account-disabled': 'error', 'account-unknown': 'warning', 'postmaster-missing': 'warning', 'unknown-refused': 'error', 'relay-refused': 'error', 'domain-unset': 'warning',
};

function recorded({ kind, facts }: RouteStep): RouteStepRecord[] {
  // Of ourselves nobody asks whether we may.
  if (kind === 'relay-by-login' && facts['login'] === ourselves.login?.address) return [step('own-mail')];
  return [step(kind, facts, levels[kind])];
}

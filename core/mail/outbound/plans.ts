// Plans of this moment: made once for all messages that share what a plan depends on, and kept for a minute. Ten thousand senders to
// one domain cost one look at DNS. Thrown away when a setting changes.
import { accountRule } from './choose-way.ts';
import type { Clock } from './clock.ts';
import { ownDomain } from './identity.ts';
import { planRoute, type PlanContext, type RoutePlan, type RouteQuestion } from './route-plan.ts';

const goodForMs = 60_000;
const mostPlans = 5000;
const mostSenders = 20_000;
/** Look-ups at a time. */
const atOnce = 50;

interface Kept {
  readonly plan: Promise<RoutePlan>;
  readonly madeAt: number;
}

export class Plans {
  private readonly context: () => PlanContext;
  private readonly clock: Clock;
  private readonly kept = new Map<string, Kept>();
  private readonly senders = new Map<string, string>();
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(context: () => PlanContext, clock: Clock) {
    this.context = context;
    this.clock = clock;
  }

  /** Questions with the same key have the same plan. */
  keyOf({ destination, reversePath, via }: RouteQuestion): string {
    return `${destination}\n${via}\n${this.senderClass(reversePath)}`;
  }

  plan(question: RouteQuestion): Promise<RoutePlan> {
    const key = this.keyOf(question);
    const kept = this.kept.get(key);
    if (kept !== undefined && this.clock.elapsed() - kept.madeAt < goodForMs) return kept.plan;
    if (this.kept.size >= mostPlans) this.kept.clear();
    const plan = this.inTurn(() => planRoute(question, this.context()));
    this.kept.set(key, { plan, madeAt: this.clock.elapsed() });
    // A failure is not kept: who asks again wants to know whether it is over.
    const forget = (): void => {
      if (this.kept.get(key)?.plan === plan) this.kept.delete(key);
    };
    plan.then((made) => made.kind === 'ways' ? undefined : forget(), forget);
    return plan;
  }

  clear(): void {
    this.kept.clear();
    this.senders.clear();
  }

  /** What of a sender a plan depends on: a smart host of his own, the address and name of his domain. */
  private senderClass(reversePath: string): string {
    const known = this.senders.get(reversePath);
    if (known !== undefined) return known;
    const context = this.context();
    const rule = accountRule(reversePath, context);
    const own = ownDomain(reversePath, context);
    const made = `${rule?.id ?? ''}@${own?.name ?? ''}`;
    if (this.senders.size >= mostSenders) this.senders.clear();
    this.senders.set(reversePath, made);
    return made;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}

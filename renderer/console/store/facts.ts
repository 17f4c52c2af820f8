// What the main window shows of the engine: loaded when connected, loaded again topic by topic when the engine says it changed.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Topic } from '../../../core/contract/contract.ts';
import type { Domain, QueueState, ServerState, Session, Statistics } from '../../../core/contract/records.ts';
import type { Settings } from '../../../core/contract/settings.ts';
import type { Api } from '../connection.ts';

export type Info = Awaited<ReturnType<Api['system']['info']>>;

export interface Facts {
  readonly info: Info | null;
  readonly settings: Settings | null;
  readonly revision: number;
  /** Secret settings that have a value; the values themselves never come here. */
  readonly secretsSet: readonly string[];
  /** The last save of settings by this console, by the revisions before and after. */
  readonly savedHere: { readonly from: number; readonly to: number } | null;
  readonly domains: readonly Domain[];
  readonly servers: readonly ServerState[];
  readonly queues: readonly QueueState[];
  readonly sessions: readonly Session[];
  readonly statistics: Statistics | null;
  readonly access: { readonly passwordSet: boolean; readonly transport: 'desktop' | 'browser' | 'local' } | null;
  /** Grows with each event of a topic: lists that are loaded by page watch the number of theirs. */
  readonly versions: Readonly<Record<Topic, number>>;
}

const noVersions: Readonly<Record<Topic, number>> = { settings: 0, domains: 0, accounts: 0, aliases: 0, servers: 0, queues: 0, sessions: 0, statistics: 0, certificate: 0, history: 0, 'smart-hosts': 0, dns: 0 };

export function createFacts(): StoreApi<Facts> {
  return createStore<Facts>(() => ({
    info: null, settings: null, revision: 0, secretsSet: [], savedHere: null, domains: [], servers: [], queues: [], sessions: [], statistics: null, access: null, versions: noVersions,
  }));
}

/** Loads everything once, then what each event names, until the link is gone. */
export async function followFacts(facts: StoreApi<Facts>, api: Api, closed: AbortSignal): Promise<void> {
  const everything: readonly Topic[] = Object.keys(noVersions) as Topic[];
  // Asked for before loading, so that no change falls between the two.
  const events = await api.system.events({}, { signal: closed });
  facts.setState({ info: await api.system.info({}) });
  await load(facts, api, everything);
  for await (const event of events) {
    if (closed.aborted) return;
    await load(facts, api, event.topics);
  }
}

export async function load(facts: StoreApi<Facts>, api: Api, topics: readonly Topic[]): Promise<void> {
  const wanted = new Set(topics);
  const parts = await Promise.all([
    wanted.has('settings') ? loadSettings(api) : {},
    wanted.has('domains') ? api.domains.list({}).then((domains) => ({ domains })) : {},
    wanted.has('servers') || wanted.has('settings') ? api.servers.list({}).then((servers) => ({ servers })) : {},
    // Whether a queue is frozen is a setting.
    wanted.has('queues') || wanted.has('settings') ? api.queues.list({}).then((queues) => ({ queues })) : {},
    wanted.has('sessions') ? api.sessions.list({}).then((sessions) => ({ sessions })) : {},
    wanted.has('statistics') || wanted.has('accounts') || wanted.has('domains') || wanted.has('sessions') ? api.statistics.get({}).then((statistics) => ({ statistics })) : {},
  ]);
  facts.setState((state) => {
    const versions = { ...state.versions };
    for (const topic of topics) versions[topic] += 1;
    return Object.assign({ versions }, ...parts) as Partial<Facts>;
  });
}

async function loadSettings(api: Api): Promise<Partial<Facts>> {
  const [{ values, secretsSet, revision }, access] = await Promise.all([api.settings.get({}), api.access.get({})]);
  return { settings: values, secretsSet, revision, access };
}

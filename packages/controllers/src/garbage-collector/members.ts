// Owns which resources the garbage collector follows: all that the server tells of, each with an informer. Those of
// other controllers are shared; the others come and go with their resources.
import type { Client } from '@berth/client';
import { aborted, type Clock, type Component, type Logger, longLivedAbort, type Random, sleep } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import {
  type DiscoveredResource,
  events,
  eventsV1Events,
  type KubeObject,
  qualifiedName,
  type Resource,
} from '@berth/objects';
import { ownersIndex, ownersOf } from './graph.ts';

export interface Member {
  readonly resource: Resource;
  readonly informer: Informer<KubeObject>;
}

export interface MembersOptions {
  readonly client: Pick<Client, 'discover' | 'list' | 'get' | 'watch'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  /** Informers that are started elsewhere. */
  readonly shared: readonly Member[];
  /** Tells when resources may have come or gone. */
  readonly definitions: Pick<Informer<KubeObject>, 'onChange'>;
}

/** Hears of members that come, and of those that go. */
export interface MemberListener {
  joined(member: Member): void;
  left(member: Member): void;
}

/** How often the server is asked when nothing speaks for a change. Source: Kubernetes' garbage collector. */
const usualMs = 30_000;
/** A definition is served a moment after it has changed, by each server of a cluster in its own time. */
const soonMs = 500;
const soonTries = 20;
/** So long the first lists may take: one that never comes, as its webhook does not convert, keeps nothing else waiting. */
const patienceMs = 10_000;
/** Events own nothing and are owned by nobody. */
const ignored: ReadonlySet<string> = new Set([events, eventsV1Events].map(qualifiedName));
const needed = ['delete', 'list', 'watch'];

interface Own {
  readonly member: Member;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

export class Members implements Component {
  readonly name = 'garbage-collector members';
  readonly #options: MembersOptions;
  readonly #members = new Map<string, Member>();
  readonly #own = new Map<string, Own>();
  readonly #listeners = new Set<MemberListener>();

  constructor(options: MembersOptions) {
    this.#options = options;
    for (const member of options.shared) this.#members.set(qualifiedName(member.resource), member);
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#members.values();
  }

  /** `name` as `qualifiedName` gives it. */
  named(name: string): Member | undefined {
    return this.#members.get(name);
  }

  /** Returns the function that ends the subscription. Those that are there are not told. */
  onChange(listener: MemberListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when all that there is now has been listed, or when that takes too long. */
  async start(signal: AbortSignal) {
    const joining = await this.#first(signal);
    const done = this.#follow(signal).finally(() =>
      Promise.all([...this.#own.keys()].map((name) => this.#leave(name))),
    );
    await Promise.race([Promise.all(joining), sleep(this.#options.clock, patienceMs, signal)]);
    return { done };
  }

  async #first(signal: AbortSignal): Promise<readonly Promise<void>[]> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        return await this.#update(signal);
      } catch (error) {
        log.warn({ err: error }, 'could not learn which resources there are, asking again');
        await sleep(clock, soonMs, signal);
      }
    }
    return [];
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, definitions, log } = this.#options;
    let tries = 0;
    let wake = longLivedAbort();
    const unsubscribe = definitions.onChange(() => {
      tries = soonTries;
      wake.abort();
    });
    const stopped = aborted(signal);
    while (!signal.aborted) {
      await Promise.race([sleep(clock, tries > 0 ? soonMs : usualMs, wake.signal), stopped]);
      if (wake.signal.aborted) wake = longLivedAbort();
      else tries = Math.max(0, tries - 1);
      if (signal.aborted) break;
      try {
        await this.#update(signal);
      } catch (error) {
        log.warn({ err: error }, 'could not learn which resources there are, asking again later');
      }
    }
    unsubscribe();
  }

  /** Lets come what is new, and go what is gone. Each promise resolves when something new has joined. */
  async #update(signal: AbortSignal): Promise<readonly Promise<void>[]> {
    const found = new Map<string, DiscoveredResource>();
    for (const resource of await this.#options.client.discover()) {
      const name = qualifiedName(resource);
      if (!ignored.has(name) && needed.every((verb) => resource.verbs.includes(verb))) found.set(name, resource);
    }
    if (signal.aborted) return [];
    for (const [name, { member }] of this.#own)
      if (found.get(name)?.version !== member.resource.version) void this.#leave(name);
    return [...found].flatMap(([name, resource]) =>
      this.#members.has(name) || this.#own.has(name) ? [] : [this.#join(name, resource)],
    );
  }

  async #join(name: string, resource: Resource): Promise<void> {
    const { client, clock, log, random } = this.#options;
    const informer = createInformer({ client, resource, clock, log, random, indexes: { [ownersIndex]: ownersOf } });
    const member = { resource, informer };
    const stop = longLivedAbort();
    const started = informer.start(stop.signal);
    this.#own.set(name, { member, stop, done: started.then(({ done }) => done) });
    await started;
    // It may have gone before it was there.
    if (this.#own.get(name)?.member !== member) return;
    this.#members.set(name, member);
    for (const listener of this.#listeners) listener.joined(member);
  }

  async #leave(name: string): Promise<void> {
    const own = this.#own.get(name);
    this.#own.delete(name);
    if (!own) return;
    if (this.#members.get(name) === own.member) {
      this.#members.delete(name);
      for (const listener of this.#listeners) listener.left(own.member);
    }
    own.stop.abort();
    await own.done;
  }
}

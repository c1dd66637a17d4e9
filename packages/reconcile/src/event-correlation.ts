// Owns which of the things that loops report become events, and which only count one up: repeats are counted, many
// alike are combined, and one object cannot flood the cluster. Pure but for what it remembers.
// Source: the correlation of Kubernetes' event client.
import type { ObjectReference } from '@berth/objects';

export interface Occurrence {
  readonly object: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** One event as it should stand in the cluster. */
export interface Tally extends Occurrence {
  /** Milliseconds since the epoch. */
  readonly first: number;
  last: number;
  count: number;
}

interface Similar {
  readonly messages: Set<string>;
  since: number;
}

interface Allowance {
  tokens: number;
  at: number;
}

/** So many different messages of one object and reason are events of their own; further ones are combined. */
const separateMessages = 10;
const similarForMs = 600_000;
/** Events of one reason that an object may cause at once, and how long until it may cause one more. */
const burst = 25;
const refillMs = 300_000;
const remembered = 4_096;

export class EventCorrelation {
  readonly #tallies = new Map<string, Tally>();
  readonly #similar = new Map<string, Similar>();
  readonly #allowances = new Map<string, Allowance>();

  /** The event that the occurrence belongs to, counted up; undefined if there were too many such already. */
  count(occurrence: Occurrence, now: number): Tally | undefined {
    const { object, type, reason } = occurrence;
    const about = [object.kind, object.namespace, object.name, object.uid, object.fieldPath].join('\0');
    const alike = [about, type, reason].join('\0');
    const combined = this.#combine(alike, occurrence.message, now);
    if (!this.#allow([about, reason].join('\0'), now)) return undefined;
    const key = combined ? alike : [alike, occurrence.message].join('\0');
    const known = this.#tallies.get(key);
    const tally: Tally = known ?? {
      ...occurrence,
      message: combined ? `(combined from similar events): ${occurrence.message}` : occurrence.message,
      first: now,
      last: now,
      count: 0,
    };
    tally.count++;
    tally.last = now;
    remember(this.#tallies, key, tally);
    return tally;
  }

  #combine(alike: string, message: string, now: number): boolean {
    let similar = this.#similar.get(alike);
    if (!similar || now - similar.since > similarForMs) similar = { messages: new Set(), since: now };
    similar.since = now;
    const combined = !similar.messages.has(message) && similar.messages.size >= separateMessages;
    if (!combined) similar.messages.add(message);
    remember(this.#similar, alike, similar);
    return combined;
  }

  #allow(about: string, now: number): boolean {
    const before = this.#allowances.get(about) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + (now - before.at) / refillMs);
    const allowed = tokens >= 1;
    remember(this.#allowances, about, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed;
  }
}

/** Puts the entry last, and drops the one that was not used for longest when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= remembered) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

// Owns a client that writes: what it asked for, and what of it was acknowledged, refused, or left open.
import type { Acknowledged } from './acknowledged.ts';
import type { HttpClient, Reply } from './http.ts';
import { type Marked, type MarkedKind, markedKinds, namespaces, writeOf } from './kinds.ts';

interface AcknowledgedWrite {
  readonly plural: string;
  /** `namespace/name` */
  readonly key: string;
  readonly id: string;
  readonly revision: number;
}

const colors = ['red', 'green', 'blue'];
const names = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];
const mergePatch = 'application/merge-patch+json';

export class Writer {
  readonly acknowledged: AcknowledgedWrite[] = [];
  readonly deleted: { readonly plural: string; readonly uid: string }[] = [];
  /** Writes that were answered with an error of the client's: nothing of them may be seen. */
  readonly refused: string[] = [];
  /** Writes without an answer, or with one that the server is away. */
  open = 0;
  readonly problems: string[] = [];
  readonly #client: HttpClient;
  readonly #number: number;
  readonly #known: Acknowledged;
  #count = 0;
  #newest = 0;

  constructor(client: HttpClient, number: number, known: Acknowledged) {
    this.#client = client;
    this.#number = number;
    this.#known = known;
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        await this.#step();
      } catch {
        this.open++;
        await pause(50);
      }
      await pause(5 + Math.random() * 30);
    }
    this.#client.close();
  }

  async #step(): Promise<void> {
    const kind = pick(markedKinds);
    const namespace = pick(namespaces);
    const name = pick(names);
    const id = `w${this.#number}-${this.#count++}`;
    const document = kind.document(name, id, pick(colors));
    const object = { path: `${kind.path(namespace)}/${name}`, key: `${kind.plural} ${namespace}/${name}` };
    const chance = Math.random();
    if (chance < 0.3) this.#written(kind, id, await this.#client.ask('POST', kind.path(namespace), { body: document }));
    else if (chance < 0.55) await this.#update(kind, object, { id, document });
    else if (chance < 0.8)
      this.#written(kind, id, await this.#client.ask('PATCH', object.path, { body: document, type: mergePatch }));
    else if (chance < 0.97) this.#removed(kind, await this.#client.ask('DELETE', object.path));
    else await this.#client.ask('DELETE', `${kind.path(namespace)}?labelSelector=color%3Dblue,color`);
  }

  /** Reads, and writes what was read; what it reads must not be older than what anybody knows to be written. */
  async #update(
    kind: MarkedKind,
    { path, key }: { path: string; key: string },
    { id, document }: { id: string; document: object },
  ): Promise<void> {
    const known = this.#known.of(key);
    const read = await this.#client.ask('GET', path);
    if (read.code !== 200) return;
    const { metadata } = read.json as unknown as Marked;
    if (Number(metadata.resourceVersion) < known)
      this.problems.push(`${key} was read at ${metadata.resourceVersion} after it had been written at ${known}`);
    const { resourceVersion } = metadata;
    const body = { ...document, metadata: { ...(document as Marked).metadata, resourceVersion } };
    this.#written(kind, id, await this.#client.ask('PUT', path, { body }));
  }

  #written(kind: MarkedKind, id: string, { code, json }: Reply): void {
    if (code >= 500 || code === 429) {
      this.open++;
      return;
    }
    if (code >= 400) {
      this.refused.push(id);
      return;
    }
    const object = json as unknown as Marked;
    const revision = Number(object.metadata.resourceVersion);
    if (writeOf(object) !== id) this.problems.push(`the answer to ${id} shows ${writeOf(object)}`);
    if (revision <= this.#newest) this.problems.push(`${id} was acknowledged at ${revision}, after ${this.#newest}`);
    this.#newest = revision;
    this.#known.note(`${kind.plural} ${object.metadata.namespace}/${object.metadata.name}`, revision);
    this.acknowledged.push({
      plural: kind.plural,
      key: `${object.metadata.namespace}/${object.metadata.name}`,
      id,
      revision,
    });
  }

  #removed(kind: MarkedKind, { code, json }: Reply): void {
    const { uid } = (json.details ?? {}) as { uid?: string };
    if (code === 200 && uid) this.deleted.push({ plural: kind.plural, uid });
    else if (code >= 500) this.open++;
  }
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

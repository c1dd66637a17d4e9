// Owns which of a cluster's API servers is spoken to: one of those that were given and of those that were learned since.

export class Servers {
  readonly #given: readonly string[];
  #learned: readonly string[] = [];
  #current: string;
  readonly #listeners = new Set<() => void>();

  /** Of the form `https://127.0.0.1:6443`. The first one is spoken to until it fails. */
  constructor(first: string, others: readonly string[] = []) {
    this.#given = [first, ...others];
    this.#current = first;
  }

  get current(): string {
    return this.#current;
  }

  /** The current one, then the others in the order in which it is their turn. */
  get all(): readonly string[] {
    const known = [...new Set([...this.#given, ...this.#learned, this.#current])];
    const at = known.indexOf(this.#current);
    return [...known.slice(at), ...known.slice(0, at)];
  }

  /** Takes the place of what was learned before; those that were given stay. */
  learn(servers: readonly string[]): void {
    this.#learned = servers;
  }

  /** The next one's turn, unless somebody else has left it already. */
  leave(server: string): void {
    const [current, next] = this.all;
    if (server === current && next !== undefined) this.moveTo(next);
  }

  moveTo(server: string): void {
    if (server === this.#current) return;
    this.#current = server;
    for (const listener of this.#listeners) listener();
  }

  /** Another one is current. Returns the function that ends the subscription. */
  onMove(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

// Owns what the clients of a test know together: which writes have been acknowledged to any of them. A consistent read
// that begins after that must show them, whoever asks and whichever server answers.
export class Acknowledged {
  #newest = 0;
  readonly #byObject = new Map<string, number>();

  /** `plural namespace/name` */
  note(object: string, revision: number): void {
    this.#newest = Math.max(this.#newest, revision);
    this.#byObject.set(object, Math.max(this.of(object), revision));
  }

  /** 0: of none. */
  get newest(): number {
    return this.#newest;
  }

  of(object: string): number {
    return this.#byObject.get(object) ?? 0;
  }
}

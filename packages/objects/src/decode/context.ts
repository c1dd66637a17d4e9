// Owns where a decoder stands inside a document, so that an error can name the field as Kubernetes does, and what it
// noticed on the way.

/** A value of the wrong form. The message has Kubernetes' words, without what kind of object it was. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export class DecodeContext {
  /** Names of the fields down to the current value, each after the name of its struct. */
  readonly #path: string[] = [];
  /** Whether there was a field that no type knows. Where it is takes another look: hardly any body has one. */
  hasUnknownFields = false;

  enterField(struct: string, field: string): void {
    this.#path.push(struct, field);
  }

  leaveField(): void {
    this.#path.length -= 2;
  }

  /** A value that cannot become the Go type. `given` such as `string` or `number 1.5`. */
  wrongType(given: string, goType: string): DecodeError {
    const struct = this.#path.at(-2);
    const path = this.#path.filter((_, index) => index % 2 === 1).join('.');
    const target = struct ? `Go struct field ${struct}.${path}` : 'Go value';
    return new DecodeError(`json: cannot unmarshal ${given} into ${target} of type ${goType}`);
  }
}

/** How messages name the form of a JSON value. */
export function formOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** Decodes one value that is neither absent nor null. */
export type Decoder = (value: unknown, context: DecodeContext) => unknown;

// Owns where a decoder stands inside a document, so that an error can name the field as Kubernetes does: one form for
// wrong types (no indexes, with the name of the struct) and one for unknown fields (with indexes).

/** A value of the wrong form. The message has Kubernetes' words, without what kind of object it was. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export class DecodeContext {
  /** Field names, map keys left out, and list indexes down to the current value. */
  readonly #path: (string | number)[] = [];
  /** Names of the structs around the current value. */
  readonly #structs: string[] = [];
  /** Paths of the fields that no type knows. */
  readonly unknownFields: string[] = [];

  enterField(struct: string, field: string): void {
    this.#structs.push(struct);
    this.#path.push(field);
  }

  leaveField(): void {
    this.#structs.pop();
    this.#path.pop();
  }

  enterItem(index: number): void {
    this.#path.push(index);
  }

  leaveItem(): void {
    this.#path.pop();
  }

  unknownField(name: string): void {
    let path = '';
    for (const part of this.#path) path += typeof part === 'number' ? `[${part}]` : path ? `.${part}` : part;
    this.unknownFields.push(path ? `${path}.${name}` : name);
  }

  /** A value that cannot become the Go type. `given` such as `string` or `number 1.5`. */
  wrongType(given: string, goType: string): DecodeError {
    const struct = this.#structs.at(-1);
    const path = this.#path.filter((part) => typeof part === 'string').join('.');
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

// Owns which kinds the API server serves: the built-in ones, and those that come and go while it runs. Whoever describes
// or routes to kinds asks here each time, and sees by `generation` whether anything has changed.
import { apiVersionOf, type Kind, type KubeObject, notServedError, qualifiedName, type Resource } from '@berth/objects';

export interface ServedResource {
  /** In whose form the objects are kept. If it is not among the versions, only this process itself reaches it. */
  readonly storage: Kind;
  /** Each is the storage, or a view of it. */
  readonly versions: readonly Kind[];
}

export class ServedKinds {
  readonly #builtIn: readonly Kind[];
  /** By the qualified name of the resource. */
  readonly #added = new Map<string, ServedResource>();
  readonly #byPath = new Map<string, Kind>();
  /** Storage that is not served. */
  readonly #unserved = new Map<string, Kind>();
  #all: readonly Kind[];
  #generation = 0;

  constructor(builtIn: readonly Kind[]) {
    this.#builtIn = builtIn;
    this.#all = builtIn;
    for (const kind of builtIn) this.#byPath.set(pathOf(kind.resource), kind);
  }

  /** In the order in which discovery lists them; the same list until something changes. */
  get all(): readonly Kind[] {
    return this.#all;
  }

  /** Grows with every change. */
  get generation(): number {
    return this.#generation;
  }

  /** `apiVersion` such as `v1` or `apps/v1`. */
  find(apiVersion: string, plural: string): Kind | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`);
  }

  /** Throws NotFound if the resource is not served (any more). */
  of<T extends KubeObject>(resource: Resource<T>): Kind<T> {
    const path = pathOf(resource);
    const kind = this.#byPath.get(path) ?? this.#unserved.get(path);
    if (!kind) throw notServedError();
    return kind as unknown as Kind<T>;
  }

  /** Serves these versions of a resource and no others. It must not be a built-in one. */
  put(added: ServedResource): void {
    const { storage, versions } = added;
    const name = qualifiedName(storage.resource);
    this.#forget(name);
    this.#added.set(name, added);
    for (const kind of versions) this.#byPath.set(pathOf(kind.resource), kind);
    const path = pathOf(storage.resource);
    if (!this.#byPath.has(path)) this.#unserved.set(path, storage);
    this.#changed();
  }

  remove(resource: { readonly group: string; readonly plural: string }): void {
    this.#forget(qualifiedName(resource));
    this.#changed();
  }

  #forget(name: string): void {
    const added = this.#added.get(name);
    if (!added) return;
    for (const kind of added.versions) this.#byPath.delete(pathOf(kind.resource));
    this.#unserved.delete(pathOf(added.storage.resource));
    this.#added.delete(name);
  }

  #changed(): void {
    this.#all = [...this.#builtIn, ...[...this.#added.values()].flatMap(({ versions }) => versions)];
    this.#generation++;
  }
}

function pathOf(resource: { readonly group: string; readonly version: string; readonly plural: string }): string {
  return `${apiVersionOf(resource)}/${resource.plural}`;
}

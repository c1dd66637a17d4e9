// Owns which kinds the API server serves: the built-in ones, and those that come and go while it runs. Whoever describes
// or routes to kinds asks here each time, and sees by `generation` whether anything has changed.
import { apiVersionOf, type Kind, type KubeObject, notServedError, qualifiedName, type Resource } from '@berth/objects';

/** The versions of a resource that are served. Each has the form in which the objects are kept, or is a view of it. */
export interface ServedResource {
  readonly resource: { readonly group: string; readonly plural: string };
  readonly versions: readonly Kind[];
}

export class ServedKinds {
  readonly #builtIn: readonly Kind[];
  /** By the qualified name of the resource. */
  readonly #added = new Map<string, readonly Kind[]>();
  readonly #byPath = new Map<string, Kind>();
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
    const kind = this.#byPath.get(pathOf(resource));
    if (!kind) throw notServedError();
    return kind as unknown as Kind<T>;
  }

  /** Serves these versions of a resource and no others. It must not be a built-in one. */
  put({ resource, versions }: ServedResource): void {
    const name = qualifiedName(resource);
    this.#forget(name);
    this.#added.set(name, versions);
    for (const kind of versions) this.#byPath.set(pathOf(kind.resource), kind);
    this.#changed();
  }

  remove(resource: ServedResource['resource']): void {
    this.#forget(qualifiedName(resource));
    this.#changed();
  }

  #forget(name: string): void {
    for (const kind of this.#added.get(name) ?? []) this.#byPath.delete(pathOf(kind.resource));
    this.#added.delete(name);
  }

  #changed(): void {
    this.#all = [...this.#builtIn, ...[...this.#added.values()].flat()];
    this.#generation++;
  }
}

function pathOf(resource: { readonly group: string; readonly version: string; readonly plural: string }): string {
  return `${apiVersionOf(resource)}/${resource.plural}`;
}

// Owns what `get -w` writes for programs: each change as a row, an object or a name, one after the other.
import { type KubeObject, objectKey } from '@berth/objects';
import type { LiveView } from './live.ts';
import { nameLine, serialised } from './output.ts';
import { type SelectionOptions, tableOf } from './selection.ts';
import type { Target } from './targets.ts';

export class ChangeLines implements LiveView {
  readonly #target: Target;
  readonly #options: SelectionOptions;
  /** By key, the version that was written last: what a list repeats after the server was away is not said again. */
  readonly #versions = new Map<string, string>();
  #changes: KubeObject[] = [];
  #headed = false;

  constructor(target: Target, options: SelectionOptions) {
    this.#target = target;
    this.#options = options;
  }

  listed(objects: readonly KubeObject[]): void {
    for (const object of objects) this.changed(object);
  }

  changed(object: KubeObject): void {
    const { resourceVersion } = object.metadata;
    if (this.#versions.get(objectKey(object)) === resourceVersion) return;
    this.#versions.set(objectKey(object), resourceVersion);
    this.#changes.push(object);
  }

  deleted(object: KubeObject): void {
    this.#versions.delete(objectKey(object));
    this.#changes.push(object);
  }

  show(): void {
    const changes = this.#changes;
    this.#changes = [];
    if (changes.length === 0) return;
    const { output } = this.#options;
    if (output === 'json' || output === 'yaml') {
      const separator = output === 'yaml' ? '---\n' : '';
      for (const object of changes) console.log(separator + serialised([object], output, true));
    } else if (output === 'name') {
      for (const object of changes) console.log(nameLine(object));
    } else {
      const lines = tableOf(this.#target.kind, changes, this.#options).split('\n');
      console.log((this.#headed ? lines.slice(1) : lines).join('\n'));
      this.#headed = true;
    }
  }

  lost(why: string): void {
    console.error(`kubecfg: reconnecting: ${why}`);
  }

  end(): void {}
}

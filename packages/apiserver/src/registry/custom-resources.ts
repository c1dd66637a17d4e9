// Owns which custom resources are served: those whose names were accepted, from the definitions that are in the watch
// cache, through every change of theirs.
import type { Clock, Logger } from '@berth/host';
import {
  type CustomResourceDefinition,
  customKinds,
  customResourceDefinitions,
  hasAcceptedNames,
  type Kind,
  type KubeObject,
  qualifiedName,
  type Resource,
} from '@berth/objects';
import type { CacheEvent } from '../watch-cache/cache-event.ts';
import type { WatchCache } from '../watch-cache/watch-cache.ts';
import { type ConversionParts, conversionWebhookOf } from '../webhooks/conversion-webhook.ts';
import type { ServedKinds } from './served-kinds.ts';

const againMs = 1_000;

export class CustomResources {
  readonly #cache: () => WatchCache;
  readonly #served: ServedKinds;
  readonly #conversion: ConversionParts;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** By name: the definition as it is served, or is about to be. */
  readonly #known = new Map<string, CustomResourceDefinition>();
  readonly #arriving = new Set<Promise<void>>();

  constructor(options: {
    cache: () => WatchCache;
    served: ServedKinds;
    conversion: ConversionParts;
    clock: Clock;
    log: Logger;
  }) {
    this.#cache = options.cache;
    this.#served = options.served;
    this.#conversion = options.conversion;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  follow(resource: Resource, { previous, object }: CacheEvent): void {
    if (qualifiedName(resource) !== qualifiedName(customResourceDefinitions)) return;
    if (object) this.#take(object as KubeObject as CustomResourceDefinition);
    else if (previous) this.#drop(previous.metadata.name);
  }

  /** After everything was read anew. */
  reset(definitions: readonly CustomResourceDefinition[]): void {
    const names = new Set(definitions.map(({ metadata }) => metadata.name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#drop(name);
    for (const definition of definitions) this.#take(definition);
  }

  /** Resolves when what was defined until now is served. */
  async settled(): Promise<void> {
    await Promise.all(this.#arriving);
  }

  #take(definition: CustomResourceDefinition): void {
    const { name } = definition.metadata;
    const known = this.#known.get(name);
    if (!hasAcceptedNames(definition) || (known && servesAlike(known, definition))) return;
    this.#known.set(name, definition);
    const arriving = this.#serve(definition).finally(() => this.#arriving.delete(arriving));
    this.#arriving.add(arriving);
  }

  /** Never throws: a definition that cannot be served leaves the others be, and is tried again. */
  async #serve(definition: CustomResourceDefinition): Promise<void> {
    const { name } = definition.metadata;
    try {
      const kinds = customKinds(definition, conversionWebhookOf(definition, this.#conversion));
      const watched = (kind: Kind): Kind => ({ ...kind, refusesNew: () => this.#refusal(name) });
      const [storage, versions] = [watched(kinds.storage), kinds.versions.map(watched)];
      await this.#cache().add(storage, () => this.#served.put({ storage, versions }));
    } catch (error) {
      this.#log.error({ err: error, definition: name }, 'could not serve a custom resource');
      this.#clock.after(againMs, () => {
        if (this.#known.get(name) === definition) void this.#serve(definition);
      });
    }
  }

  /** Asked at each create, so that a definition may begin to go while its objects are watched to their end. */
  #refusal(name: string): string | undefined {
    const definition = this.#cache().of(customResourceDefinitions).get({ name });
    return definition?.metadata.deletionTimestamp
      ? 'create not allowed while custom resource definition is terminating'
      : undefined;
  }

  #drop(name: string): void {
    const known = this.#known.get(name);
    if (!known) return;
    this.#known.delete(name);
    const { group, names } = known.spec;
    this.#served.remove({ group, plural: names.plural });
    this.#cache().remove({ group, plural: names.plural });
  }
}

/** Whether the two make the same kinds: what else changes of a definition is its status and its metadata. */
function servesAlike(a: CustomResourceDefinition, b: CustomResourceDefinition): boolean {
  const served = ({ spec, status, metadata }: CustomResourceDefinition) =>
    JSON.stringify([spec, status.acceptedNames, metadata.uid]);
  return served(a) === served(b);
}

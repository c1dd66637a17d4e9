// Owns which webhooks there are, as the watch cache tells of their configurations: in the order of the configurations'
// names, each with its selectors read once and a client of its own that keeps its connections.
import {
  type MutatingWebhook,
  type MutatingWebhookConfiguration,
  qualifiedName,
  type Resource,
  type Selector,
  type ValidatingWebhook,
  type ValidatingWebhookConfiguration,
} from '@berth/objects';
import type { CacheEvent } from '../../watch-cache/cache-event.ts';
import { createWebhookClient, type WebhookClient, type WebhookClientParts } from '../../webhooks/webhook-client.ts';
import type { ExpressionScope } from '../expressions/environment.ts';
import { MatchConditions } from '../expressions/match-conditions.ts';
import { narrowing } from './matching.ts';

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

export interface Hook<W extends MutatingWebhook | ValidatingWebhook = MutatingWebhook | ValidatingWebhook> {
  /** Of the configuration. */
  readonly configuration: string;
  readonly webhook: W;
  /** Undefined: everything. */
  readonly namespaces: Selector | undefined;
  readonly objects: Selector | undefined;
  readonly conditions: MatchConditions;
  readonly client: WebhookClient;
}

export interface WebhookParts extends WebhookClientParts {
  readonly expressions: ExpressionScope;
}

type HookOf<C extends Configuration> = Hook<NonNullable<C['webhooks']>[number]>;

interface Entry {
  readonly name: string;
  readonly hooks: readonly Hook[];
}

export class WebhookList<C extends Configuration> {
  readonly #resource: string;
  readonly #parts: WebhookParts;
  readonly #entries = new Map<string, Entry>();
  #hooks: readonly HookOf<C>[] = [];

  constructor(resource: Resource<C>, parts: WebhookParts) {
    this.#resource = qualifiedName(resource);
    this.#parts = parts;
  }

  get hooks(): readonly HookOf<C>[] {
    return this.#hooks;
  }

  reset(configurations: Iterable<C>): void {
    for (const name of [...this.#entries.keys()]) this.#remove(name);
    for (const configuration of configurations) this.#add(configuration);
    this.#order();
  }

  follow(resource: Resource, { previous, object }: CacheEvent): void {
    if (qualifiedName(resource) !== this.#resource) return;
    if (previous) this.#remove((previous as unknown as C).metadata.name);
    if (object) this.#add(object as unknown as C);
    this.#order();
  }

  #add({ metadata: { name }, webhooks = [] }: C): void {
    const hooks = webhooks.map((webhook) => ({
      configuration: name,
      webhook,
      namespaces: narrowing(webhook.namespaceSelector),
      objects: narrowing(webhook.objectSelector),
      conditions: new MatchConditions(this.#parts.expressions, webhook.matchConditions),
      client: createWebhookClient(webhook.clientConfig, this.#parts),
    }));
    this.#entries.set(name, { name, hooks });
  }

  #remove(name: string): void {
    for (const { client } of this.#entries.get(name)?.hooks ?? []) client.close();
    this.#entries.delete(name);
  }

  #order(): void {
    const sorted = [...this.#entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#hooks = sorted.flatMap(({ hooks }) => hooks) as readonly HookOf<C>[];
  }
}

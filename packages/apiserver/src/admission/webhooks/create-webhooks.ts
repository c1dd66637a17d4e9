// Owns the composition of admission webhooks: which there are, and the two plugins that call them.
import type { Clock, Random, Registry } from '@berth/host';
import {
  type KubeObject,
  mutatingWebhookConfigurations,
  namespaces,
  notFoundError,
  type Resource,
  validatingWebhookConfigurations,
} from '@berth/objects';
import type { Lookup } from '../../auth/service-account-users.ts';
import type { Authorizer } from '../../registry/authorization.ts';
import type { CacheEvent } from '../../watch-cache/cache-event.ts';
import type { ServiceResolver } from '../../webhooks/service-resolver.ts';
import { ExpressionScope, variablesOf } from '../expressions/environment.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import type { OtherVersions } from './matching.ts';
import { mutatingWebhooks } from './mutating-webhooks.ts';
import type { ReviewedRequest } from './reviewed-request.ts';
import { validatingWebhooks } from './validating-webhooks.ts';
import { webhookConditions } from './webhook-conditions.ts';
import { WebhookList } from './webhook-list.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

export interface Webhooks {
  /** The last of all plugins. */
  readonly plugins: readonly AdmissionPlugin[];
  /** Whatever changes in the watch cache. */
  follow(resource: Resource, event: CacheEvent): void;
  /** The watch cache has begun anew. */
  reset(everyOf: <T extends KubeObject>(resource: Resource<T>) => Iterable<T>): void;
}

export function createWebhooks(options: {
  readonly lookup: Lookup;
  readonly resolve: ServiceResolver;
  readonly authorizer: Required<Authorizer>;
  readonly otherVersions: OtherVersions;
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly random: Random;
}): Webhooks {
  const { lookup, resolve, clock, random } = options;
  const expressions = new ExpressionScope();
  const parts = { resolve, clock, expressions };
  const mutating = new WebhookList(mutatingWebhookConfigurations, parts);
  const validating = new WebhookList(validatingWebhookConfigurations, parts);
  const surroundings = {
    async labelsOfNamespace(name: string) {
      const found = await lookup(namespaces, { name });
      if (!found) throw notFoundError(namespaces, name);
      return found.metadata.labels;
    },
    otherVersions: options.otherVersions,
    variablesOf: (request: AdmissionRequest, reviewed: ReviewedRequest) =>
      variablesOf(request, reviewed, options.authorizer),
    metrics: createWebhookMetrics(options.metrics),
    clock,
    random,
  };
  return {
    plugins: [
      webhookConditions(expressions),
      mutatingWebhooks(() => mutating.hooks, surroundings),
      validatingWebhooks(() => validating.hooks, surroundings),
    ],
    follow(resource, event) {
      mutating.follow(resource, event);
      validating.follow(resource, event);
    },
    reset(everyOf) {
      mutating.reset(everyOf(mutatingWebhookConfigurations));
      validating.reset(everyOf(validatingWebhookConfigurations));
    },
  };
}

// Owns the composition of the API server's core: store, watch cache, admission, registry and authorization, as the Api
// that the HTTPS layer and the in-process client speak to.
import { type Clock, type Component, type Logger, type Random, type Registry, startInOrder } from '@berth/host';
import {
  type Api,
  clusterRoleBindings,
  clusterRoles,
  customResourceDefinitions,
  type Kind,
  type KubeObject,
  kindOf,
  kinds,
  measuredKinds,
  nodes,
  pods,
  qualifiedName,
  type Resource,
  resourceQuotas,
  roleBindings,
  roles,
  type Service,
  services,
  transientKinds,
} from '@berth/objects';
import type { Store } from '@berth/store';
import { AdmissionChain } from '../admission/chain.ts';
import { connectAdmission } from '../admission/connect.ts';
import { createPolicies } from '../admission/policies/create-policies.ts';
import { ResourceQuotas } from '../admission/resource-quota.ts';
import { ServiceAddresses } from '../admission/service-addresses.ts';
import { createWebhooks } from '../admission/webhooks/create-webhooks.ts';
import type { OtherVersions } from '../admission/webhooks/matching.ts';
import { apiTokens } from '../auth/api-tokens.ts';
import { bootstrapTokens } from '../auth/bootstrap-tokens.ts';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { createTokenAuthenticator } from '../auth/service-account-users.ts';
import { firstOf, forTheApi, type TokenAuthenticator } from '../auth/token-authenticator.ts';
import { rbacAuthorizer } from '../rbac/authorizer.ts';
import { GrantedRules, type RoleReader } from '../rbac/granted-rules.ts';
import { Measurements } from '../resource-metrics/measurements.ts';
import { Scraper } from '../resource-metrics/scraper.ts';
import type { PodStreams } from '../streams/port.ts';
import type { CacheEvent } from '../watch-cache/cache-event.ts';
import { listFigures, watchCacheFigures } from '../watch-cache/figures.ts';
import { Selection } from '../watch-cache/selection.ts';
import { WatchCache } from '../watch-cache/watch-cache.ts';
import { createServiceResolver } from '../webhooks/service-resolver.ts';
import { admissionPlugins } from './admission-plugins.ts';
import { apiOf } from './api-verbs.ts';
import { type Authorizer, anyOf, mastersAuthorizer } from './authorization.ts';
import { measured } from './authorization-metrics.ts';
import { bootstrap } from './bootstrap.ts';
import { type ClusterAuthority, checkAuthority, joinCluster } from './cluster-authority.ts';
import { ClusterView } from './cluster-view.ts';
import { createCompaction } from './compaction.ts';
import { ConvertingReads } from './converting-reads.ts';
import { ConvertingStore } from './converting-store.ts';
import { CustomResources } from './custom-resources.ts';
import { serverUser } from './ensure.ts';
import { Evictions } from './evictions.ts';
import { createKubernetesService } from './kubernetes-service.ts';
import { nodeAuthorizer } from './node-authorizer.ts';
import { ObjectStore } from './object-store.ts';
import { Operations } from './operations.ts';
import { PodConnections } from './pod-connections.ts';
import { createPodWays } from './pod-ways.ts';
import { createOpenProxy, type OpenProxy } from './proxy-targets.ts';
import { Reads } from './reads.ts';
import { Reviews } from './reviews.ts';
import { ServedKinds } from './served-kinds.ts';
import { withStatusErrors } from './store-faults.ts';
import { withMetrics } from './store-metrics.ts';
import { SubresourceWrites } from './subresource-writes.ts';
import { TokenRequests } from './token-requests.ts';
import { Writes } from './writes.ts';

export interface ApiCoreOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Registry;
  /** How logs, commands and ports reach the nodes; without it they are refused. */
  readonly streams?: PodStreams;
  /** Signs and reads the tokens of service accounts; without it there are none, and pods get none. */
  readonly tokens?: ServiceAccountTokens;
  /** Addresses of services; `10.96.0.0/16`. */
  readonly serviceAddresses?: string;
  /** 30000 to 32767. */
  readonly nodePorts?: { readonly first: number; readonly last: number };
  /** Where the nodes reach this server: the endpoints of the `kubernetes` service. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** What signs for the cluster; left out: nothing does, and any server may use the store. */
  readonly authority?: ClusterAuthority;
  /** How long a pod that does not say it stays on a node that is not ready or cannot be reached; 300. */
  readonly defaultTolerationSeconds?: number;
  /** How long the past can at least be read and watched; 5 minutes. */
  readonly compactionIntervalMs?: number;
}

/** Serves from `start` on. The store is the caller's, who closes it after this has stopped. */
export interface ApiCore extends Api, Component {
  /** What is served, which changes as resources are defined. */
  readonly served: Pick<ServedKinds, 'all' | 'find' | 'generation'>;
  /** Whom a bearer token stands for; undefined: nobody, or not any more. */
  readonly authenticateToken: TokenAuthenticator;
  /** What the HTTPS layer must ask for itself: paths that are no resources, and acting as somebody else. */
  readonly authorizer: Required<Authorizer>;
  /** Finds where the requests of a path with `/proxy` go. */
  readonly openProxy: OpenProxy;
  /** How many objects of a kind there are; 0 of what is not kept. */
  readonly objectCount: (kind: Kind) => number;
}

const minute = 60_000;

export function createApiCore(options: ApiCoreOptions): ApiCore {
  const { clock, random, log, metrics } = options;
  const store = withStatusErrors(withMetrics(options.store, { metrics, clock }), { log, clock });
  const cluster = new ClusterView(() => cache);
  const addresses = new ServiceAddresses({
    addresses: options.serviceAddresses ?? '10.96.0.0/16',
    nodePorts: options.nodePorts ?? { first: 30_000, last: 32_767 },
    random,
    settled: cluster.fresh,
  });
  const cache = new WatchCache({
    store,
    kinds,
    clock,
    log,
    window: { events: 8_192, ageMs: 5 * minute },
    onEvent: (resource, event) => {
      followServices(addresses, resource, event);
      granted.follow(resource, event);
      customResources.follow(resource, event);
      policies.follow(resource, event);
      webhooks.follow(resource, event);
    },
    onReset: () => {
      addresses.reset(cluster.all(services));
      granted.reset([...cluster.all(roleBindings), ...cluster.all(clusterRoleBindings)]);
      customResources.reset([...cluster.all(customResourceDefinitions)]);
      policies.reset(cluster.all);
      webhooks.reset(cluster.all);
    },
    figures: watchCacheFigures(metrics, () => cache.all()),
  });
  const { lookup } = cluster;
  const { tokens } = options;
  const rulesOf: RoleReader = ({ kind, name }, namespace) => {
    const role = kind === 'Role' ? cluster.cached(roles, { namespace, name }) : cluster.cached(clusterRoles, { name });
    return role && (role.rules ?? []);
  };
  const granted = new GrantedRules(rulesOf);
  const allowing = anyOf(
    mastersAuthorizer,
    nodeAuthorizer({
      pod: (name) => cluster.cached(pods, name),
      podsIn: (namespace) => cache.of(pods).candidates({ namespace, name: undefined })[0] ?? [],
    }),
    rbacAuthorizer(granted),
  );
  const authorizer = measured(allowing, { clock, metrics });
  const authenticateToken = firstOf(
    ...(tokens ? [createTokenAuthenticator({ tokens, lookup, clock })] : []),
    forTheApi(bootstrapTokens(lookup, clock), tokens?.issuer ?? ''),
    forTheApi(apiTokens({ lookup, clock, log, api: () => api }), tokens?.issuer ?? ''),
  );
  const served = new ServedKinds([...kinds, ...transientKinds, ...measuredKinds]);
  const quotas = new ResourceQuotas({
    kindOf: (resource) => served.of(resource),
    quotas: (namespace) => (cache.of(resourceQuotas).size === 0 ? [] : [...cluster.all(resourceQuotas, namespace)]),
    update: ({ metadata: { namespace, name } }, change) =>
      writes.update({
        user: serverUser,
        kind: kindOf(resourceQuotas),
        target: { namespace, name },
        part: 'status',
        subresource: 'status',
        untracked: true,
        options: {},
        change,
      }),
    clock,
    log,
  });
  const otherVersions: OtherVersions = ({ group, version, resource }) => {
    const versions = served.all.filter((kind) => kind.resource.group === group && kind.resource.plural === resource);
    const sameForm = !versions.some(({ conversion }) => conversion);
    const others = versions.filter((kind) => kind.resource.version !== version);
    return others.map((kind) => ({ version: kind.resource.version, sameForm }));
  };
  const policies = createPolicies({
    lookup,
    authorizer,
    otherVersions,
    kinds: () => served.all,
    get: async (kind, name) => {
      const found = cache.objectsOf(kind).get(name);
      if (found) return found;
      await cache.fresh();
      return cache.objectsOf(kind).get(name);
    },
    list: (kind, namespace) => cache.objectsOf(kind).select(new Selection(kind, { namespace })),
  });
  const { streams } = options;
  const ways = createPodWays({ lookup, streams });
  const resolve = createServiceResolver({ lookup, ways, random });
  const webhooks = createWebhooks({ lookup, resolve, authorizer, otherVersions, metrics, clock, random });
  const plugins = admissionPlugins({
    cluster,
    authorizer,
    granted,
    rulesOf,
    kindOf: (resource) => served.of(resource),
    withTokens: tokens !== undefined,
    defaultTolerationSeconds: options.defaultTolerationSeconds ?? 300,
    allocators: [addresses, quotas],
    custom: [...policies.plugins, ...webhooks.plugins],
    clock,
    random,
  });
  const admission = new AdmissionChain({ clock, metrics }, plugins);
  const customResources = new CustomResources({
    cache: () => cache,
    served,
    conversion: { resolve, clock, random },
    clock,
    log,
  });
  const admitConnect = connectAdmission(admission);
  const objects = new ObjectStore({ store, cache, beforeChange: (kind, old) => quotas.beforeChange(kind, old) });
  const reads = new Reads({ store, cache, clock, figures: listFigures(metrics) });
  const writes = new Writes({ objects: new ConvertingStore(objects), admission, clock, random });
  const scraper = new Scraper({
    nodes: () => (streams ? cluster.all(nodes) : []),
    read: async (node, signal) => (await streams?.read(node, '/metrics/resource', signal)) ?? '',
    clock,
    log,
  });
  const operations = new Operations({
    served,
    reads: new ConvertingReads(reads),
    writes,
    subresources: new SubresourceWrites({
      writes,
      admission,
      evictions: new Evictions({ reads, writes, admission, clock }),
      tokenRequests: tokens && new TokenRequests({ tokens, admission, lookup, clock, random }),
      clock,
    }),
    authorizer,
    reviews: new Reviews({ authorizer, granted, authenticateToken, admission }),
    measurements: new Measurements({
      scraper,
      nodes: () => cluster.all(nodes),
      pods: (namespace) => cluster.all(pods, namespace),
    }),
    clock,
  });
  const api = apiOf(operations, new PodConnections({ reads, streams, authorizer, admitConnect }));
  const compaction = createCompaction({ store, clock, log, intervalMs: options.compactionIntervalMs ?? 5 * minute });
  const starter: Component = {
    name: 'bootstrap',
    async start() {
      await customResources.settled();
      if (options.authority) await checkAuthority(api, options.authority);
      await bootstrap(api);
      if (options.authority) await joinCluster(api, options.authority);
      return { done: Promise.resolve() };
    },
  };
  const kubernetesService = createKubernetesService({
    api,
    serviceAddress: addresses.apiAddress,
    advertise: options.advertise,
    clock,
    log,
  });
  return {
    ...api,
    name: 'api-core',
    served,
    authorizer,
    authenticateToken,
    openProxy: createOpenProxy({ reads, authorizer, admitConnect, streams, ways, random }),
    objectCount: (kind) => cache.sizeOf(kind),
    start: (signal) => startInOrder([cache, starter, kubernetesService, compaction, scraper], signal, log),
  };
}

function followServices(addresses: ServiceAddresses, resource: Resource, { previous, object }: CacheEvent): void {
  if (qualifiedName(resource) !== qualifiedName(services)) return;
  addresses.follow(previous as KubeObject as Service | undefined, object as KubeObject as Service | undefined);
}

// Owns discovery: which groups, versions, resources and subresources there are, in the older form of one document per
// group and version, and in the aggregated form of one document for all.
// Source: Kubernetes API concepts, "API discovery"; apidiscovery.k8s.io/v2.
import { createHash } from 'node:crypto';
import type { APIGroup, APIResource, Kind } from '@berth/objects';
import { apiVersionOf, compareVersions, storageOf } from '@berth/objects';
import { bodyKindOf, kindVerbs, subresourceFacts } from '../http/subresources.ts';

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly Kind[];
}

/** The kinds by group and version: the core group first, and in each group the version first that clients prefer. */
export function groupVersions(kinds: readonly Kind[]): GroupVersion[] {
  const byVersion = new Map<string, Kind[]>();
  for (const kind of kinds) {
    const key = apiVersionOf(kind.resource);
    byVersion.set(key, [...(byVersion.get(key) ?? []), kind]);
  }
  const found = [...byVersion.values()].map((served) => {
    const { group, version } = served[0]!.resource;
    return { group, version, kinds: [...served].sort((a, b) => compare(a.resource.plural, b.resource.plural)) };
  });
  return found.sort((a, b) => compare(a.group, b.group) || compareVersions(a.version, b.version));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `/api` */
export function coreVersions(serverAddress: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `/apis` */
export function groupList(all: readonly GroupVersion[]): object {
  const groups = byGroup(all.filter(({ group }) => group !== '')).map(groupOf);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/apis/GROUP`, of all versions of the group. */
export function groupDocument(versions: readonly GroupVersion[]): APIGroup {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(versions) };
}

/** The versions of each group, which follow one another. */
export function byGroup(all: readonly GroupVersion[]): GroupVersion[][] {
  const groups = new Map<string, GroupVersion[]>();
  for (const version of all) groups.set(version.group, [...(groups.get(version.group) ?? []), version]);
  return [...groups.values()];
}

function groupOf(all: readonly GroupVersion[]): APIGroup {
  const versions = all.map(({ group, version }) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: all[0]!.group, versions, preferredVersion: versions[0] };
}

/** `/api/v1`, `/apis/GROUP/VERSION` */
export function resourceList(version: GroupVersion): object {
  return {
    kind: 'APIResourceList',
    ...(version.group ? { apiVersion: 'v1' } : {}),
    groupVersion: apiVersionOf(version),
    resources: version.kinds.flatMap(resourcesOf),
  };
}

function resourcesOf(served: Kind): APIResource[] {
  const { resource, subresources } = served;
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  const whole: APIResource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: kindVerbs(served),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(served.transient || served.measured ? {} : { storageVersionHash: storageVersionHash(served) }),
  };
  const parts = [...subresources].sort(compare).map((name): APIResource => {
    const sent = bodyKindOf(served, name) ?? resource;
    const elsewhere = sent.group !== resource.group || sent.version !== resource.version;
    return {
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      ...(elsewhere ? { group: sent.group, version: sent.version } : {}),
      kind: sent.kind,
      verbs: subresourceFacts(name).verbs,
    };
  });
  return [whole, ...parts];
}

/** Changes when objects are kept in another form. Source: Kubernetes 1.32, which clients compare it with. */
function storageVersionHash(served: Kind): string {
  const { group, version, kind } = served.conversion?.kept.resource ?? storageOf(served);
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}

/** All groups that live under `/api`, or all that live under `/apis`, in one document. */
export function aggregated(all: readonly GroupVersion[], root: '/api' | '/apis', apiVersion: 'v2' | 'v2beta1'): object {
  const served = all.filter(({ group }) => (root === '/api') === (group === ''));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${apiVersion}`,
    metadata: {},
    items: byGroup(served).map((versions) => ({
      metadata: versions[0]!.group ? { name: versions[0]!.group } : {},
      versions: versions.map(({ version, kinds }) => ({
        version,
        resources: kinds.map(discoveryOf),
        freshness: 'Current',
      })),
    })),
  };
}

function discoveryOf(served: Kind): object {
  const { resource, subresources } = served;
  const { group, version, plural, singular, namespaced, kind, shortNames, categories } = resource;
  const parts = [...subresources].sort(compare).map((name) => {
    const sent = bodyKindOf(served, name) ?? { group, version, kind };
    return { subresource: name, responseKind: responseKind(sent), verbs: subresourceFacts(name).verbs };
  });
  return {
    resource: plural,
    responseKind: responseKind({ group, version, kind }),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: kindVerbs(served),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(parts.length > 0 ? { subresources: parts } : {}),
  };
}

function responseKind({ group, version, kind }: { group: string; version: string; kind: string }): object {
  return { group, version, kind };
}

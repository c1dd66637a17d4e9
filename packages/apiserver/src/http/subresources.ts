// Owns what is known of the subresources that kinds can have: their verbs, and the kind that goes over the wire.
// Routing and discovery read it, so that what is announced is what is served.
import { type Column, type DocumentType, documentOf, type Kind, type KubeObject, scaleColumns } from '@berth/objects';

export interface Subresource {
  readonly verbs: readonly Verb[];
  /** Of the body, where it is not the object itself; a function of the kind that has the subresource. */
  readonly kind?: BodyKind | ((kind: Kind) => BodyKind);
  /** How that kind is printed, where it is a thing of its own. */
  readonly columns?: readonly Column<KubeObject>[];
  /** A success is answered with a Status instead of the object. */
  readonly answersStatus?: boolean;
  /**
   * It is no object, but a connection: one that is upgraded and carries streams, or requests under its path that are
   * passed on, whatever their method.
   */
  readonly connects?: 'streams' | 'requests';
}

interface BodyKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

const subresources: Readonly<Record<string, Subresource>> = {
  status: { verbs: ['get', 'patch', 'update'] },
  approval: { verbs: ['get', 'patch', 'update'] },
  scale: {
    verbs: ['get', 'patch', 'update'],
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    // Its rows are only ever made of Scales.
    columns: scaleColumns as unknown as readonly Column<KubeObject>[],
  },
  binding: { verbs: ['create'], kind: { group: '', version: 'v1', kind: 'Binding' }, answersStatus: true },
  eviction: { verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, answersStatus: true },
  ephemeralcontainers: { verbs: ['get', 'patch', 'update'] },
  finalize: { verbs: ['update'] },
  token: { verbs: ['create'], kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } },
  log: { verbs: ['get'] },
  exec: connection('PodExecOptions'),
  attach: connection('PodAttachOptions'),
  portforward: connection('PodPortForwardOptions'),
  proxy: {
    verbs: ['create', 'delete', 'get', 'patch', 'update'],
    kind: ({ resource }) => ({ group: '', version: 'v1', kind: `${resource.kind}ProxyOptions` }),
    connects: 'requests',
  },
};

function connection(kind: string): Subresource {
  return { verbs: ['create', 'get'], kind: { group: '', version: 'v1', kind }, connects: 'streams' };
}

/** Throws on a name that no kind may have: a mistake in the kinds registry, seen at start. */
export function subresourceFacts(name: string): Subresource {
  const facts = subresources[name];
  if (!facts) throw new Error(`the subresource ${name} is not known`);
  return facts;
}

/** Of what a subresource sends and takes, where it is not the object itself. */
export function bodyKindOf(kind: Kind, subresource: string): BodyKind | undefined {
  const { kind: sent } = subresourceFacts(subresource);
  return typeof sent === 'function' ? sent(kind) : sent;
}

/** What goes over the wire under a path: the kind's own object, or the subresource's. */
export function bodyOf(kind: Kind, subresource: string | undefined): DocumentType {
  const sent = subresource === undefined ? undefined : bodyKindOf(kind, subresource);
  if (!sent) return documentOf(kind);
  const group = sent.group ? sent.group.split('.', 1)[0] : 'core';
  return { ...sent, type: `io.k8s.api.${group}.${sent.version}.${sent.kind}` };
}

/** Of the kind itself. */
export function kindVerbs({ deletedOneByOne, transient, measured }: Kind): readonly Verb[] {
  if (transient) return ['create'];
  if (measured) return ['get', 'list'];
  return deletedOneByOne ? allVerbs.filter((verb) => verb !== 'deletecollection') : allVerbs;
}

const allVerbs: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

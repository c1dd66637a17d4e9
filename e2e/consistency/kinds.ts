// Owns the kinds that the test writes, and how one write marks an object: in two places, which no half of it would both
// change.
export interface MarkedKind {
  readonly plural: string;
  /** Of the collection in a namespace, or in all. */
  path(namespace?: string): string;
  /** A document that the write `id` makes. */
  document(name: string, id: string, color: string): Record<string, unknown>;
  /** The write that the object's contents tell of, beside its annotation. */
  contents(object: Marked): string | undefined;
  /** The kind's key in the API facts. */
  readonly type: string;
}

export interface Marked {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly holderIdentity?: string };
}

const mark = 'consistency/write';
const copy = 'consistency/copy';

export const namespaces = ['left', 'right'] as const;

export function writeOf({ metadata }: Marked): string | undefined {
  return metadata.annotations?.[mark];
}

export function keyOf({ metadata }: Marked): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function metadata(name: string, id: string, color: string) {
  return { name, annotations: { [mark]: id, [copy]: id }, labels: { color } };
}

export const markedKinds: readonly MarkedKind[] = [
  {
    plural: 'configmaps',
    path: (namespace) => collection('api/v1', 'configmaps', namespace),
    document: (name, id, color) => ({ metadata: metadata(name, id, color), data: { id, filling: 'x'.repeat(500) } }),
    contents: ({ data }) => data?.id,
    type: 'io.k8s.api.core.v1.ConfigMap',
  },
  {
    plural: 'secrets',
    path: (namespace) => collection('api/v1', 'secrets', namespace),
    document: (name, id, color) => ({
      metadata: metadata(name, id, color),
      data: { id: Buffer.from(id).toString('base64') },
    }),
    contents: ({ data }) => data?.id && Buffer.from(data.id, 'base64').toString(),
    type: 'io.k8s.api.core.v1.Secret',
  },
  {
    plural: 'leases',
    path: (namespace) => collection('apis/coordination.k8s.io/v1', 'leases', namespace),
    document: (name, id, color) => ({ metadata: metadata(name, id, color), spec: { holderIdentity: id } }),
    contents: ({ spec }) => spec?.holderIdentity,
    type: 'io.k8s.api.coordination.v1.Lease',
  },
  {
    plural: 'serviceaccounts',
    path: (namespace) => collection('api/v1', 'serviceaccounts', namespace),
    document: (name, id, color) => ({ metadata: metadata(name, id, color) }),
    contents: (object) => object.metadata.annotations?.[copy],
    type: 'io.k8s.api.core.v1.ServiceAccount',
  },
];

function collection(version: string, plural: string, namespace: string | undefined): string {
  return namespace ? `/${version}/namespaces/${namespace}/${plural}` : `/${version}/${plural}`;
}

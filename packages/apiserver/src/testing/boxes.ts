// Owns, for tests, a kind that is not built in: boxes of a size. It has two versions, of which either may be the one in
// which boxes are kept: in `v1` the size stands at the top, in `v2` in the spec.
import { type DocumentForm, type Draft, formOf, type Kind, type KubeObject, pods, type Resource } from '@berth/objects';

export interface Box extends KubeObject {
  readonly size?: number;
  readonly spec?: { readonly size?: number };
}

const leaf = { form: 'leaf' } as const;
const metadataField = formOf(pods).mergeType.fields.get('metadata')!;
const sizeOf = ({ size, spec }: Box) => size ?? spec?.size ?? 0;

/** Documents of which one field, beside the metadata, is known. */
function documentsWith(field: 'size' | 'spec'): DocumentForm {
  const isKnown = (name: string) => name === 'metadata' || name === field;
  return {
    read: (fields) => ({
      object: { metadata: {}, ...Object.fromEntries(Object.entries(fields).filter(([name]) => isKnown(name))) },
      dropped: !Object.keys(fields).every(isKnown),
    }),
    unknownFields: (fields) => Object.keys(fields).filter((name) => !isKnown(name)),
    mergeType: {
      form: 'struct',
      fields: new Map([
        ['metadata', metadataField],
        [field, { type: leaf, element: `f:${field}`, zero: undefined }],
      ]),
    },
    schema: () => ({
      properties: { [field]: field === 'size' ? { type: 'integer' } : { type: 'object' } },
    }),
  };
}

function resourceOf(version: 'v1' | 'v2'): Resource<Box> {
  return {
    group: 'example.com',
    version,
    plural: 'boxes',
    singular: 'box',
    kind: 'Box',
    listKind: 'Boxes',
    namespaced: true,
    shortNames: ['bx'],
    categories: ['all'],
    type: `com.example.${version}.Box`,
  };
}

function inVersion(version: 'v1' | 'v2', box: KubeObject): Box {
  const { size: _, spec: __, ...rest } = box as Box;
  const size = sizeOf(box as Box);
  return { ...rest, apiVersion: `example.com/${version}`, ...(version === 'v1' ? { size } : { spec: { size } }) };
}

/** Both versions, kept as one of them. */
export function boxKinds(storage: 'v1' | 'v2'): { readonly storage: Kind; readonly versions: readonly Kind[] } {
  const kept = resourceOf(storage);
  const kindOf = (version: 'v1' | 'v2'): Kind<Box> => ({
    resource: version === storage ? kept : resourceOf(version),
    documents: documentsWith(version === 'v1' ? 'size' : 'spec'),
    nameRule: 'dns-subdomain',
    subresources: [],
    countsGenerations: true,
    validate: () => [],
    columns: [],
    fieldSelectors: {},
    ...(version === storage
      ? { fromStore: (stored: Draft<KubeObject>) => inVersion(version, stored as KubeObject) }
      : {
          view: {
            of: kept as Resource,
            show: (stored: KubeObject) => inVersion(version, stored),
            store: (shown: Box) => inVersion(storage, shown),
          },
        }),
  });
  const versions = [kindOf('v1'), kindOf('v2')] as unknown as readonly Kind[];
  return { storage: versions.find(({ view }) => !view)!, versions };
}

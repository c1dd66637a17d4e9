// Owns the schema of a custom resource as it is published in OpenAPI. Version 2 cannot say everything: what it cannot is
// left open, so that old clients refuse nothing that the server takes. Source: Kubernetes 1.32.
import { additionalOf, isEmbedded, itemsOf, keepsUnknownFields, type Schema } from './schema.ts';

type Published = Readonly<Record<string, unknown>>;

/** Of a whole document, without apiVersion, kind and metadata. */
export function publishedSchema(schema: Schema, dialect: 'v2' | 'v3'): Published {
  const { apiVersion: _, kind: __, metadata: ___, ...properties } = schema.properties ?? {};
  const own = { ...schema, properties };
  return dialect === 'v3' ? openV3(own) : openV2(own);
}

/** Like the schema itself; objects that stand in it say what objects are. */
function openV3(schema: Schema): Published {
  const published = { ...schema, ...publishedParts(schema, openV3) };
  return isEmbedded(schema) ? { ...published, properties: { ...published.properties, ...documentFields } } : published;
}

const documentFields = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: {
    allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
  },
};

/** Unknown to version 2 of OpenAPI, or to old clients. */
const unsayable: ReadonlySet<string> = new Set([
  'oneOf',
  'anyOf',
  'allOf',
  'not',
  'nullable',
  'default',
  'x-kubernetes-validations',
]);

function openV2(schema: Schema): Published {
  const isOpen = keepsUnknownFields(schema) || schema['x-kubernetes-int-or-string'] || schema.nullable;
  const said = Object.entries(schema).filter(
    ([name]) => !unsayable.has(name) && (!isOpen || name === 'description' || name.startsWith('x-')),
  );
  return { ...Object.fromEntries(said), ...(isOpen ? {} : publishedParts(schema, openV2)) };
}

function publishedParts(schema: Schema, publish: (part: Schema) => Published) {
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  const properties = Object.entries(schema.properties ?? {}).map(([name, part]) => [name, publish(part)]);
  return {
    ...(items ? { items: publish(items) } : {}),
    ...(additional ? { additionalProperties: publish(additional) } : {}),
    ...(schema.properties ? { properties: Object.fromEntries(properties) as Record<string, Published> } : {}),
  };
}

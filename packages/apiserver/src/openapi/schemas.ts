// Owns the OpenAPI schemas of the API's types, derived from the API facts or brought by a custom kind. The two versions
// of OpenAPI differ in where schemas stand and in how a field refers to one; `Dialect` says how, the rest is the same.
import {
  type DocumentType,
  type Field,
  type Kind,
  listKindOf,
  type Opaque,
  type Scalar,
  type Shape,
  structOf,
} from '@berth/objects';

export type Schema = Readonly<Record<string, unknown>>;

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface Dialect {
  readonly version: 'v2' | 'v3';
  /** Such as `#/components/schemas/`. */
  readonly prefix: string;
  /** A field whose schema stands elsewhere. Version 3 wraps it, so that a default or a description can stand beside. */
  reference(to: string): Schema;
  readonly intOrString: Schema;
}

export const dialects: Readonly<Record<'v2' | 'v3', Dialect>> = {
  v2: {
    version: 'v2',
    prefix: '#/definitions/',
    reference: (to) => ({ $ref: to }),
    intOrString: { type: 'string', format: 'int-or-string' },
  },
  v3: {
    version: 'v3',
    prefix: '#/components/schemas/',
    reference: (to) => ({ allOf: [{ $ref: to }] }),
    intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
};

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const objectMetaType = `${meta}.ObjectMeta`;
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
export const statusType = `${meta}.Status`;
export const patchType = `${meta}.Patch`;
export const deleteOptionsType = `${meta}.DeleteOptions`;

const scalarSchemas: Readonly<Record<Scalar, Schema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  any: {},
};

function opaqueSchemas(dialect: Dialect): Readonly<Record<Opaque, { name: string; schema: Schema }>> {
  return {
    Time: { name: `${meta}.Time`, schema: { type: 'string', format: 'date-time' } },
    MicroTime: { name: `${meta}.MicroTime`, schema: { type: 'string', format: 'date-time' } },
    Duration: { name: `${meta}.Duration`, schema: { type: 'string' } },
    Quantity: { name: 'io.k8s.apimachinery.pkg.api.resource.Quantity', schema: { type: 'string' } },
    IntOrString: { name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString', schema: dialect.intOrString },
    FieldsV1: { name: `${meta}.FieldsV1`, schema: { type: 'object' } },
    RawExtension: { name: 'io.k8s.apimachinery.pkg.runtime.RawExtension', schema: { type: 'object' } },
    JSON: { name: `${apiextensions}.JSON`, schema: {} },
    JSONSchemaPropsOrArray: { name: `${apiextensions}.JSONSchemaPropsOrArray`, schema: {} },
    JSONSchemaPropsOrBool: { name: `${apiextensions}.JSONSchemaPropsOrBool`, schema: {} },
    JSONSchemaPropsOrStringArray: { name: `${apiextensions}.JSONSchemaPropsOrStringArray`, schema: {} },
  };
}

/** A document, by what describes it. */
export type Described = Pick<DocumentType, 'documents' | 'type'>;

export interface SchemaSet {
  /** Adds the document, and all that it refers to. Returns how one refers to it. */
  refer(document: Described, identities?: readonly GroupVersionKind[]): Schema;
  /** Adds the list of a kind, which the API facts leave out because all lists look alike. */
  referList(kind: Kind): Schema;
  /** By name, in the order of names. */
  all(): Readonly<Record<string, Schema>>;
}

export function createSchemaSet(dialect: Dialect): SchemaSet {
  const schemas = new Map<string, Schema>();
  const opaques = opaqueSchemas(dialect);
  const ref = (name: string): Schema => ({ $ref: `${dialect.prefix}${name}` });

  const add = (name: string, build: () => Schema): void => {
    if (schemas.has(name)) return;
    // Types refer to themselves in a circle: the name is taken before the fields are looked at.
    schemas.set(name, {});
    schemas.set(name, build());
  };
  const addStruct = (type: string, identities: readonly GroupVersionKind[]): void =>
    add(type, () => structSchema(type, identities));

  function schemaOf(shape: Shape, wrap: boolean): Schema {
    const referred = (name: string) => (wrap ? dialect.reference(`${dialect.prefix}${name}`) : ref(name));
    switch (shape.form) {
      case 'scalar':
        return scalarSchemas[shape.scalar];
      case 'list':
        return { type: 'array', items: schemaOf(shape.element, false) };
      case 'map':
        return { type: 'object', additionalProperties: schemaOf(shape.element, false) };
      case 'opaque': {
        const { name, schema } = opaques[shape.opaque];
        add(name, () => schema);
        return referred(name);
      }
      case 'struct':
        addStruct(shape.type, []);
        return referred(shape.type);
    }
  }

  function fieldSchema(field: Field): Schema {
    return {
      ...(field.description ? { description: field.description } : {}),
      ...schemaOf(field.shape, true),
      ...(field.default === undefined ? {} : { default: field.default }),
      ...(field.listType ? { 'x-kubernetes-list-type': field.listType } : {}),
      ...(field.listMapKeys ? { 'x-kubernetes-list-map-keys': field.listMapKeys } : {}),
      ...(field.patchMergeKey ? { 'x-kubernetes-patch-merge-key': field.patchMergeKey } : {}),
      ...(field.patchStrategies.length > 0 ? { 'x-kubernetes-patch-strategy': field.patchStrategies.join(',') } : {}),
    };
  }

  function structSchema(type: string, identities: readonly GroupVersionKind[]): Schema {
    const struct = structOf(type);
    const typeMeta = struct.document || identities.length > 0 ? documentFields : [];
    const fields = [...typeMeta, ...struct.fields.map((field) => [field.name, fieldSchema(field)] as const)];
    const required = struct.fields.filter(({ optional, default: value }) => !optional && value === undefined);
    return {
      ...(struct.description ? { description: struct.description } : {}),
      type: 'object',
      ...(required.length > 0 ? { required: required.map(({ name }) => name) } : {}),
      // Without any it is an object of whatever it holds.
      ...(fields.length > 0 ? { properties: Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1))) } : {}),
      ...(identities.length > 0 ? { 'x-kubernetes-group-version-kind': identities } : {}),
    };
  }

  /** What a custom kind says of itself, with what all documents have. */
  function customSchema(own: Schema, identities: readonly GroupVersionKind[]): Schema {
    // kubectl up to 1.26 takes the fields that are named for all that there may be.
    if (dialect.version === 'v2' && own['x-kubernetes-preserve-unknown-fields'] === true)
      return { type: 'object', 'x-kubernetes-group-version-kind': identities };
    addStruct(objectMetaType, []);
    const { type = 'object', properties, ...rest } = own;
    const metadata = dialect.reference(`${dialect.prefix}${objectMetaType}`);
    return {
      type,
      ...rest,
      properties: { ...Object.fromEntries(documentFields), metadata, ...(properties as object | undefined) },
      'x-kubernetes-group-version-kind': identities,
    };
  }

  return {
    refer({ type, documents }, identities = []) {
      const own = documents?.schema?.(dialect.version);
      if (own) add(type, () => customSchema(own, identities));
      else if (type === patchType) add(type, () => ({ type: 'object' }));
      else addStruct(type, identities);
      return ref(type);
    },
    referList({ resource }) {
      const name = `${resource.type}List`;
      const { group, version } = resource;
      add(name, () => ({
        type: 'object',
        required: ['items'],
        properties: {
          apiVersion: { type: 'string' },
          items: { type: 'array', items: ref(resource.type) },
          kind: { type: 'string' },
          metadata: listMetaSchema(dialect, addStruct),
        },
        'x-kubernetes-group-version-kind': [{ group, version, kind: listKindOf(resource) }],
      }));
      return ref(name);
    },
    all: () => Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const documentFields: readonly (readonly [string, Schema])[] = [
  [
    'apiVersion',
    { description: 'APIVersion defines the group and version of the API, such as apps/v1.', type: 'string' },
  ],
  ['kind', { description: 'The kind of the object, in CamelCase.', type: 'string' }],
];

function listMetaSchema(
  dialect: Dialect,
  add: (type: string, identities: readonly GroupVersionKind[]) => void,
): Schema {
  const type = `${meta}.ListMeta`;
  add(type, []);
  return dialect.reference(`${dialect.prefix}${type}`);
}

// Owns typed access to the API facts: what each type's JSON looks like, with inlined structs flattened and aliases
// resolved. Codecs, patches and OpenAPI are derived from it; nothing else reads the facts.
import { descriptionOf, fieldDescriptionOf } from './descriptions.ts';
import facts from './kubernetes-v1.32.json' with { type: 'json' };

interface RawField {
  readonly type: string;
  readonly number?: number;
  readonly list?: boolean;
  readonly map?: boolean;
  readonly optional?: boolean;
  readonly pointer?: boolean;
  readonly inline?: boolean;
  readonly default?: unknown;
  readonly listType?: 'atomic' | 'map' | 'set';
  readonly listMapKeys?: readonly string[];
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

interface RawType {
  /** The type is a document of its own: it has apiVersion and kind. */
  readonly kind?: boolean;
  readonly alias?: string;
  readonly enum?: readonly string[];
  readonly fields?: Readonly<Record<string, RawField>>;
}

const raw = facts.types as unknown as Readonly<Record<string, RawType>>;

export type Scalar = 'string' | 'bool' | 'int32' | 'int64' | 'float64' | 'bytes' | 'any';
/** Types that encode themselves: their JSON form is not that of a struct. */
export type Opaque =
  | 'Time'
  | 'MicroTime'
  | 'Duration'
  | 'Quantity'
  | 'IntOrString'
  | 'FieldsV1'
  | 'RawExtension'
  | 'JSON'
  | SchemaUnion;
/** In the schemas of custom resources: a schema, or one of something else. */
export type SchemaUnion = 'JSONSchemaPropsOrArray' | 'JSONSchemaPropsOrBool' | 'JSONSchemaPropsOrStringArray';

export type Shape =
  | { readonly form: 'scalar'; readonly scalar: Scalar; readonly goName: string; readonly enum?: readonly string[] }
  | { readonly form: 'opaque'; readonly opaque: Opaque; readonly goName: string }
  | { readonly form: 'list'; readonly element: Shape; readonly goName: string }
  | { readonly form: 'map'; readonly element: Shape; readonly goName: string }
  | { readonly form: 'struct'; readonly type: string; readonly goName: string };

export interface Field {
  readonly name: string;
  readonly description?: string;
  /** The protobuf field number. */
  readonly number: number;
  readonly shape: Shape;
  /** Left out of the JSON when empty. */
  readonly optional: boolean;
  /** Absent differs from zero. */
  readonly pointer: boolean;
  readonly default?: unknown;
  readonly listType?: 'atomic' | 'map' | 'set';
  readonly listMapKeys?: readonly string[];
  /** Strategic merge patch: how a list or a struct is merged, and by which key its items are. */
  readonly patchStrategies: readonly string[];
  readonly patchMergeKey?: string;
}

export interface Struct {
  readonly type: string;
  /** As messages name it: `ReplicationControllerSpec`. */
  readonly name: string;
  readonly description?: string;
  /** Has apiVersion and kind. */
  readonly document: boolean;
  /** In the order in which Kubernetes writes them. */
  readonly fields: readonly Field[];
  field(name: string): Field | undefined;
  /** By protobuf field number. An embedded struct's fields stand among the others only in JSON. */
  members(): ReadonlyMap<number, Field | { readonly embedded: string }>;
}

const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
/** The schema that the unions are about. */
export const schemaType = `${apiextensions}.JSONSchemaProps`;

const opaques: Readonly<Record<string, Opaque>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'Time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'MicroTime',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Duration': 'Duration',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'Quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'IntOrString',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'FieldsV1',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'RawExtension',
  [`${apiextensions}.JSON`]: 'JSON',
  [`${apiextensions}.JSONSchemaPropsOrArray`]: 'JSONSchemaPropsOrArray',
  [`${apiextensions}.JSONSchemaPropsOrBool`]: 'JSONSchemaPropsOrBool',
  [`${apiextensions}.JSONSchemaPropsOrStringArray`]: 'JSONSchemaPropsOrStringArray',
};
const scalars = new Set<string>(['string', 'bool', 'int32', 'int64', 'float64', 'bytes', 'any'] satisfies Scalar[]);
/** How messages name the scalars. */
const goScalars: Readonly<Record<string, string>> = { bytes: '[]uint8', any: 'interface {}' };

/** The last part of a type's name, with its package: `v1.PodSpec`. */
function goName(type: string): string {
  return type.split('.').slice(-2).join('.');
}

function isScalar(type: string): type is Scalar {
  return scalars.has(type);
}

const shapes = new Map<string, Shape>();

/** The JSON form of a type of the facts, of a scalar, or of an alias. */
export function shapeOf(type: string): Shape {
  let shape = shapes.get(type);
  if (!shape) {
    shape = readShape(type);
    shapes.set(type, shape);
  }
  return shape;
}

function readShape(type: string): Shape {
  if (isScalar(type)) return { form: 'scalar', scalar: type, goName: goScalars[type] ?? type };
  const opaque = opaques[type];
  if (opaque) return { form: 'opaque', opaque, goName: goName(type) };
  // The only named scalar that the facts mention without describing it.
  if (type === 'io.k8s.apimachinery.pkg.types.UID') return { form: 'scalar', scalar: 'string', goName: 'types.UID' };
  const fact = raw[type];
  if (!fact) throw new Error(`no API facts for type ${type}`);
  if (!fact.alias) return { form: 'struct', type, goName: goName(type) };
  if (fact.alias.startsWith('map:'))
    return { form: 'map', element: shapeOf(fact.alias.slice('map:'.length)), goName: goName(type) };
  if (fact.alias.startsWith('[]'))
    return { form: 'list', element: shapeOf(fact.alias.slice('[]'.length)), goName: goName(type) };
  return { ...shapeOf(fact.alias), goName: goName(type), ...(fact.enum ? { enum: fact.enum } : {}) } as Shape;
}

function fieldShape(field: RawField): Shape {
  const element = shapeOf(field.type);
  if (field.list) return { form: 'list', element, goName: `[]${element.goName}` };
  if (field.map) return { form: 'map', element, goName: `map[string]${element.goName}` };
  return element;
}

function readField(type: string, name: string, field: RawField): Field {
  const description = fieldDescriptionOf(type, name);
  return {
    name,
    ...(description ? { description } : {}),
    number: field.number ?? 0,
    shape: fieldShape(field),
    optional: field.optional ?? false,
    pointer: field.pointer ?? false,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.listType ? { listType: field.listType } : {}),
    ...(field.listMapKeys ? { listMapKeys: field.listMapKeys } : {}),
    patchStrategies: field.patchStrategy?.split(',') ?? [],
    ...(field.patchMergeKey ? { patchMergeKey: field.patchMergeKey } : {}),
  };
}

function readFields(type: string): Field[] {
  const fields = Object.entries(raw[type]?.fields ?? {});
  fields.sort(([, a], [, b]) => (a.number ?? 0) - (b.number ?? 0));
  return fields.flatMap(([name, field]) => {
    if (!field.inline) return [readField(type, name, field)];
    const shape = shapeOf(field.type);
    return shape.form === 'struct' ? readFields(shape.type) : [];
  });
}

function readMembers(type: string): Map<number, Field | { readonly embedded: string }> {
  const fields = Object.entries(raw[type]?.fields ?? {});
  return new Map(
    fields.map(([name, field]) => [
      field.number ?? 0,
      field.inline ? { embedded: field.type } : readField(type, name, field),
    ]),
  );
}

const structs = new Map<string, Struct>();

/** The fields of a struct type of the facts. */
export function structOf(type: string): Struct {
  let struct = structs.get(type);
  if (!struct) {
    const fact = raw[type];
    if (!fact?.fields) throw new Error(`no API facts for struct ${type}`);
    const fields = readFields(type);
    const byName = new Map(fields.map((field) => [field.name, field]));
    let members: ReturnType<typeof readMembers> | undefined;
    const description = descriptionOf(type);
    struct = {
      type,
      name: type.slice(type.lastIndexOf('.') + 1),
      ...(description ? { description } : {}),
      document: fact.kind ?? false,
      fields,
      field: (name) => byName.get(name),
      members() {
        members ??= readMembers(type);
        return members;
      },
    };
    structs.set(type, struct);
  }
  return struct;
}

/** Every type of the facts, for those who describe them all. */
export const allTypes: readonly string[] = Object.keys(raw);

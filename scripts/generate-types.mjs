// Writes packages/objects/src/api/types.ts: one TypeScript type for each type in the API facts.
// The facts are the source; the output is committed so that a reader sees the types and `npm run check` finds it stale.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const facts = JSON.parse(readFileSync('packages/objects/src/api/kubernetes-v1.32.json', 'utf8')).types;
/** Named by whoever wants to compare it with what is committed. */
const target = process.argv[2] ?? 'packages/objects/src/api/types.ts';

/** Types whose JSON form the facts cannot tell: they encode themselves. */
const opaque = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Duration': 'string',
  'io.k8s.time.Time': 'string',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'string',
  'io.k8s.apimachinery.pkg.types.UID': 'string',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'number | string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'Readonly<Record<string, unknown>>',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'unknown',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'unknown',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray':
    'JSONSchemaProps | readonly JSONSchemaProps[]',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'JSONSchemaProps | boolean',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray':
    'JSONSchemaProps | readonly string[]',
};
const scalars = {
  string: 'string',
  bool: 'boolean',
  int32: 'number',
  int64: 'number',
  float64: 'number',
  bytes: 'string',
  any: 'unknown',
};

/** Anybody may add values of their own to these: the facts only list Kubernetes' own. */
const openEnums = /(CauseType|ConditionType|FinalizerName|NodeAddressType|ResourceName|SecretType|StorageMedium)$/;

/** Every stored object has these, so readers need not ask; `New<T>` loosens them for a create. */
const alwaysSet = new Set(
  ['name', 'uid', 'resourceVersion', 'creationTimestamp'].map((field) => `ObjectMeta.${field}`),
);

const shortNames = nameTypes(Object.keys(facts).filter((type) => !(type in opaque) && facts[type].fields));

function nameTypes(types) {
  const taken = new Map();
  for (const type of types) {
    const [version, kind] = type.split('.').slice(-2);
    const group = type.split('.').at(-3);
    const free = !taken.has(kind);
    taken.set(free ? kind : `${group[0].toUpperCase()}${group.slice(1)}${version.toUpperCase()}${kind}`, type);
  }
  return new Map([...taken].map(([name, type]) => [type, name]));
}

function typeScriptType(type) {
  if (type in opaque) return opaque[type];
  if (type in scalars) return scalars[type];
  const fact = facts[type];
  if (openEnums.test(type)) return 'string';
  if (fact.enum) return fact.enum.map((value) => `'${value}'`).join(' | ');
  if (fact.alias) return aliasType(fact.alias);
  return shortNames.get(type);
}

function aliasType(alias) {
  if (alias.startsWith('map:')) return `Readonly<Record<string, ${typeScriptType(alias.slice(4))}>>`;
  if (alias.startsWith('[]')) return `readonly ${typeScriptType(alias.slice(2))}[]`;
  return typeScriptType(alias);
}

function fieldType(owner, name, field) {
  if (owner === 'PodTemplateSpec' && name === 'metadata') return 'Partial<ObjectMeta>';
  const type = typeScriptType(field.type);
  if (field.map) return `Readonly<Record<string, ${type}>>`;
  if (field.list) return `readonly ${type.includes('|') ? `(${type})` : type}[]`;
  return type;
}

/** Types that are no stored kinds but do go over the wire as documents of their own. */
function travelsAlone(name) {
  return (
    name.endsWith('List') ||
    ['APIGroup', 'APIVersions', 'DeleteOptions', 'PartialObjectMetadata', 'Status', 'Table'].includes(name)
  );
}

function isStruct(field) {
  return (
    !field.list && !field.map && !field.pointer && !(field.type in opaque) && facts[field.type]?.fields !== undefined
  );
}

function declaration(type, name) {
  const fact = facts[type];
  const lines = [];
  const inherited = [];
  if (fact.kind) lines.push('readonly apiVersion: string;', 'readonly kind: string;');
  else if (travelsAlone(name)) lines.push('readonly apiVersion?: string;', 'readonly kind?: string;');
  for (const [fieldName, field] of Object.entries(fact.fields)) {
    if (field.inline) {
      if (!(field.type in opaque)) inherited.push(typeScriptType(field.type));
      continue;
    }
    const required = !field.optional || alwaysSet.has(`${name}.${fieldName}`) || (fact.kind && isStruct(field));
    lines.push(
      `readonly ${/^\w+$/.test(fieldName) ? fieldName : `'${fieldName}'`}${required ? '' : '?'}: ${fieldType(name, fieldName, field)};`,
    );
  }
  const heritage = inherited.length > 0 ? ` extends ${inherited.join(', ')}` : '';
  if (lines.length === 0 && !heritage)
    return `/** ${type} */\nexport type ${name} = Readonly<Record<string, never>>;\n`;
  return `/** ${type} */\nexport interface ${name}${heritage} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}\n`;
}

const head = `// The Kubernetes API's types, generated from kubernetes-v1.32.json by scripts/generate-types.mjs. Do not edit.
// Fields are read-only: an object from a cache is frozen, and a change is a new object (see Draft).
`;
const body = [...shortNames].sort(([, a], [, b]) => a.localeCompare(b)).map(([type, name]) => declaration(type, name));
const formatted = execFileSync('node_modules/.bin/biome', ['format', '--stdin-file-path=types.ts'], {
  input: `${head}\n${body.join('\n')}`,
});
writeFileSync(target, formatted);

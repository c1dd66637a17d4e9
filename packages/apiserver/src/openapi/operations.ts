// Owns what can be done under each path of the API, told once for both versions of OpenAPI.
import { apiVersionOf, formOf, type Kind, patchTypesOf } from '@berth/objects';
import { bodyKindOf, bodyOf, kindVerbs, subresourceFacts, type Verb } from '../http/subresources.ts';
import { type Described, deleteOptionsType, type GroupVersionKind, patchType, statusType } from './schemas.ts';

interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

/** `list`: the list of the path's kind. */
export type BodyType = { readonly document: Described; readonly identity?: GroupVersionKind } | 'list' | 'text';

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';
  /** As Kubernetes calls it: `patch`, `list`, `deletecollection`, `connect`. */
  readonly action: string;
  readonly identity: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  readonly body?: BodyType;
  readonly consumes: readonly string[];
  readonly answer: BodyType;
  readonly code: 200 | 201;
}

export interface PathItem {
  readonly kind: Kind;
  readonly path: string;
  /** `namespace`, `name`, `path`. */
  readonly pathParameters: readonly string[];
  readonly operations: readonly Operation[];
}

/** In which forms a document may be sent. */
function bodiesOf(document: Described): readonly string[] {
  const { protobuf } = formOf(document);
  return ['application/json', 'application/yaml', ...(protobuf ? ['application/vnd.kubernetes.protobuf'] : [])];
}

const writeParameters: readonly Parameter[] = [
  { name: 'dryRun', type: 'string', description: 'With All, everything is done but the write.' },
  { name: 'fieldManager', type: 'string', description: 'Name of who makes the change, at most 128 characters.' },
  {
    name: 'fieldValidation',
    type: 'string',
    description: 'What becomes of unknown and duplicate fields: Ignore, Warn (the default) or Strict.',
  },
];
const patchParameters: readonly Parameter[] = [
  ...writeParameters,
  { name: 'force', type: 'boolean', description: 'Of an apply: takes fields from other managers.' },
];
const selectionParameters: readonly Parameter[] = [
  { name: 'labelSelector', type: 'string', description: 'Restricts to objects whose labels match.' },
  { name: 'fieldSelector', type: 'string', description: 'Restricts to objects whose fields match.' },
  { name: 'limit', type: 'integer', description: 'At most so many objects; the rest follows with continue.' },
  { name: 'continue', type: 'string', description: 'Where the list goes on.' },
  { name: 'resourceVersion', type: 'string', description: 'How old the answer may be, or where a watch begins.' },
  { name: 'resourceVersionMatch', type: 'string', description: 'How resourceVersion is meant.' },
  { name: 'timeoutSeconds', type: 'integer', description: 'Ends a watch after this time.' },
  { name: 'allowWatchBookmarks', type: 'boolean', description: 'Asks for events of type BOOKMARK.' },
  { name: 'sendInitialEvents', type: 'boolean', description: 'Begins a watch with what exists.' },
  { name: 'watch', type: 'boolean', description: 'Watches instead of listing.' },
];
const deleteParameters: readonly Parameter[] = [
  { name: 'dryRun', type: 'string', description: 'With All, everything is done but the write.' },
  { name: 'gracePeriodSeconds', type: 'integer', description: 'Time for the object to end; 0 deletes at once.' },
  { name: 'propagationPolicy', type: 'string', description: 'Orphan, Background or Foreground.' },
];

export function pathItems(kinds: readonly Kind[]): PathItem[] {
  return kinds.flatMap((kind) => [
    ...collections(kind),
    ...(kindVerbs(kind).includes('get') ? [object(kind)] : []),
    ...kind.subresources.flatMap((name) => (isProxy(name) ? proxies(kind, name) : [part(kind, name)])),
  ]);
}

function collections(kind: Kind): PathItem[] {
  const { resource } = kind;
  const verbs: readonly Verb[] = ['list', 'create', 'deletecollection'];
  const operations = verbs.filter((verb) => kindVerbs(kind).includes(verb)).map((verb) => operationOf(kind, verb));
  const own = { kind, path: basePath(kind), pathParameters: scopeParameters(kind), operations };
  if (!resource.namespaced || !kindVerbs(kind).includes('list')) return [own];
  const everywhere = { kind, path: `${rootOf(kind)}/${resource.plural}`, pathParameters: [] };
  return [{ ...everywhere, operations: [operationOf(kind, 'list')] }, own];
}

function object(kind: Kind): PathItem {
  const verbs: readonly Verb[] = ['get', 'update', 'patch', 'delete'];
  return {
    kind,
    path: `${basePath(kind)}/{name}`,
    pathParameters: [...scopeParameters(kind), 'name'],
    operations: verbs.filter((verb) => kindVerbs(kind).includes(verb)).map((verb) => operationOf(kind, verb)),
  };
}

function part(kind: Kind, subresource: string): PathItem {
  const facts = subresourceFacts(subresource);
  return {
    kind,
    path: `${basePath(kind)}/{name}/${subresource}`,
    pathParameters: [...scopeParameters(kind), 'name'],
    operations: facts.verbs.map((verb) => operationOf(kind, verb, subresource)),
  };
}

function isProxy(subresource: string): boolean {
  return subresourceFacts(subresource).connects === 'requests';
}

/** With and without a path of what is proxied; each takes every method. */
function proxies(kind: Kind, subresource: string): PathItem[] {
  const methods = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'] as const;
  const identity = bodyKindOf(kind, subresource)!;
  const operations = methods.map(
    (method): Operation => ({ ...plain, method, action: 'connect', identity, answer: 'text' }),
  );
  const path = `${basePath(kind)}/{name}/${subresource}`;
  const pathParameters = [...scopeParameters(kind), 'name'];
  return [
    { kind, path, pathParameters, operations },
    { kind, path: `${path}/{path}`, pathParameters: [...pathParameters, 'path'], operations },
  ];
}

function operationOf(kind: Kind, verb: Verb, subresource?: string): Operation {
  const { resource } = kind;
  const sent = subresource === undefined ? undefined : bodyKindOf(kind, subresource);
  const identity = sent ?? { group: resource.group, version: resource.version, kind: resource.kind };
  const connects = subresource !== undefined && subresourceFacts(subresource).connects;
  const document = bodyOf(kind, subresource);
  const whole: BodyType = subresource === 'log' || connects ? 'text' : { document, identity };
  switch (verb) {
    case 'get':
      return { ...plain, method: 'get', action: connects ? 'connect' : 'get', identity, answer: whole };
    case 'list':
    case 'watch':
      return { ...plain, method: 'get', action: 'list', identity, answer: 'list', parameters: selectionParameters };
    case 'create':
      if (whole === 'text') return { ...plain, method: 'post', action: 'connect', identity, answer: whole };
      return { ...writing(document), method: 'post', action: 'post', identity, body: whole, answer: whole, code: 201 };
    case 'update':
      return { ...writing(document), method: 'put', action: 'put', identity, body: whole, answer: whole };
    case 'patch': {
      const body = { document: { type: patchType } };
      return {
        ...writing(document),
        method: 'patch',
        action: 'patch',
        identity,
        parameters: patchParameters,
        body,
        answer: whole,
        consumes: patchTypesOf(formOf(document)),
      };
    }
    case 'delete':
      return { ...deletes, method: 'delete', action: 'delete', identity };
    case 'deletecollection': {
      const parameters = [...deleteParameters, ...selectionParameters.slice(0, 6)];
      return { ...deletes, method: 'delete', action: 'deletecollection', identity, parameters };
    }
  }
}

function writing(document: Described) {
  return { parameters: writeParameters, consumes: bodiesOf(document), code: 200 } as const;
}

const plain = { parameters: [], consumes: [], code: 200 } as const;
const deletes = {
  parameters: deleteParameters,
  consumes: bodiesOf({ type: deleteOptionsType }),
  body: { document: { type: deleteOptionsType } },
  answer: { document: { type: statusType } },
  code: 200,
} as const;

function rootOf({ resource }: Kind): string {
  return `${resource.group ? '/apis' : '/api'}/${apiVersionOf(resource)}`;
}

function basePath(kind: Kind): string {
  const scope = kind.resource.namespaced ? '/namespaces/{namespace}' : '';
  return `${rootOf(kind)}${scope}/${kind.resource.plural}`;
}

function scopeParameters({ resource }: Kind): string[] {
  return resource.namespaced ? ['namespace'] : [];
}

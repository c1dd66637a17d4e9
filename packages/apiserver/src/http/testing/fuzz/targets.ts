// Owns where the fuzzer's requests go, and what they say beside their body: paths, queries and headers, right and wrong.
import { apiVersionOf, type Kind } from '@berth/objects';
import { encodeContinuation } from '../../../registry/continue-token.ts';
import { kindVerbs, subresourceFacts, type Verb } from '../../subresources.ts';
import type { Dice } from './dice.ts';

/** Objects live in these, so that requests meet what others left. Nobody deletes them. */
export const namespaceNames = ['fuzz-a', 'fuzz-b'] as const;
const objectNames = Array.from({ length: 4 }, (_, index) => `fuzz-${index}`);
const strangeNames = [
  '%2e%2e',
  '..%2f..',
  '%00',
  '%ff',
  '%',
  '%zz',
  'UPPER',
  'a'.repeat(300),
  '%F0%9F%92%A5',
  'a%20b',
  ':',
  '*',
  '__proto__',
  'constructor',
  '0',
  '-',
  'fuzz-0%3Fx',
  'kubernetes',
];

/** What a request is about. */
export interface Target {
  readonly kind: Kind;
  readonly verb: Verb;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const methods: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};
/** How often each verb is asked for. */
const weights: Readonly<Record<Verb, number>> = {
  create: 28,
  update: 14,
  patch: 24,
  get: 8,
  list: 10,
  watch: 5,
  delete: 5,
  deletecollection: 1,
};

export function targetOf(kinds: readonly Kind[], dice: Dice): Target {
  const kind = dice.pick(kinds);
  const subresource = kind.subresources.length > 0 && dice.chance(0.25) ? dice.pick(kind.subresources) : undefined;
  const verbs = subresource === undefined ? kindVerbs(kind) : subresourceFacts(subresource).verbs;
  const verb = weighted(verbs, dice);
  const namespace =
    kind.resource.namespaced && !(isOfCollection(verb) && dice.chance(0.3)) ? dice.pick(namespaceNames) : undefined;
  const named = subresource !== undefined || !(isOfCollection(verb) || verb === 'create');
  return { kind, verb, subresource, namespace, ...(named ? { name: nameOf(kind, dice) } : {}) };
}

/** The name of an object of the kind: one of a few, so that requests meet. */
export function nameOf(kind: Kind, dice: Dice): string {
  return `${kind.resource.plural === 'namespaces' ? 'doomed-' : ''}${dice.pick(objectNames)}`;
}

export function methodOf({ verb }: Target, dice: Dice): string {
  if (dice.chance(0.97)) return methods[verb];
  return dice.pick([
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'HEAD',
    'OPTIONS',
    'TRACE',
    'get',
    'PROPFIND',
    'SEARCH',
    'LINK',
  ]);
}

function isOfCollection(verb: Verb): boolean {
  return verb === 'list' || verb === 'watch' || verb === 'deletecollection';
}

function weighted(verbs: readonly Verb[], dice: Dice): Verb {
  let at = dice.below(verbs.reduce((sum, verb) => sum + weights[verb], 0));
  for (const verb of verbs) {
    at -= weights[verb];
    if (at < 0) return verb;
  }
  return verbs[0]!;
}

export function pathOf({ kind, namespace, name, subresource, verb }: Target, dice: Dice): string {
  const { resource } = kind;
  const segments = [
    resource.group ? 'apis' : 'api',
    ...apiVersionOf(resource).split('/'),
    ...(verb === 'watch' && dice.chance(0.1) ? ['watch'] : []),
    ...(namespace ? ['namespaces', namespace] : []),
    resource.plural,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
    ...(subresource === 'proxy' ? dice.pick(proxiedPaths) : []),
  ];
  return dice.chance(0.94) ? `/${segments.join('/')}` : strangePath(segments, { verb, dice });
}

/** What follows `proxy`. */
const proxiedPaths = [[], [''], ['x'], ['..', 'x'], ['%2e%2e', 'x'], ['', ''], ['%']];

function strangePath(segments: string[], { verb, dice }: { verb: Verb; dice: Dice }): string {
  const at = dice.below(segments.length);
  // Fewer segments could make it the deletion of a namespace, with all that the other requests need.
  const deletes = verb === 'delete' || verb === 'deletecollection';
  switch (deletes ? 5 : dice.below(7)) {
    case 0:
      segments[at] = dice.pick(strangeNames);
      break;
    case 1:
      segments.splice(at, 1);
      break;
    case 2:
      segments.splice(at, 0, dice.pick(['', '..', 'watch', 'namespaces', 'proxy', 'fuzz-a']));
      break;
    case 3:
      segments[at] = [...segments[at]!].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
      break;
    case 4:
      return `/${segments.join('/')}/`;
    case 5:
      return `/${segments.join('/')}${'/x'.repeat(dice.pick([1, 50, 2_000]))}`;
    default:
      return `https://elsewhere.invalid/${segments.join('/')}`;
  }
  return `/${segments.join('/')}`;
}

/** What is no resource. */
const otherPaths = [
  '/',
  '/api',
  '/api/v1',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/apis/apps/v9',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/api/v1',
  '/openapi/v3/apis/apps/v1?hash=0',
  '/version',
  '/version/',
  '/livez',
  '/livez/ping',
  '/readyz?verbose',
  '/readyz?exclude=storage&exclude=',
  '/readyz/none',
  '/healthz/%70ing',
  '/metrics',
  '/metrics?x=1',
  '/logs',
  '/debug/pprof/',
  '/.well-known/openid-configuration',
  '/favicon.ico',
  '/%',
  '//',
  '/api//v1',
  '/api/v1/../v1/pods',
  '/api/v1/pods;x=1',
  '/api/v1/pods#x',
  '*',
];

export function otherPath(dice: Dice): string {
  return dice.pick(otherPaths);
}

interface Parameter {
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const wrongNumbers = [
  '-1',
  '1e3',
  '9223372036854775807',
  '99999999999999999999',
  '',
  'abc',
  '0x10',
  ' 1',
  '1.5',
  '+7',
  'true',
];
const flag: Parameter = { right: ['true', 'false', '1', '0'], wrong: ['', 'yes', 'TRUE', 'null'] };
const number = (...right: string[]): Parameter => ({ right, wrong: wrongNumbers });

const parameters: Readonly<Record<string, Parameter>> = {
  labelSelector: {
    right: ['app=web', 'app in (web,db)', 'app notin (x)', '!app', 'app', 'app==web', 'app!=db', 'x.y/1=v'],
    wrong: [
      '=',
      ',,,',
      'app!=',
      'a in (',
      'app in (web,',
      `${'a=b,'.repeat(2_000)}a=b`,
      'A B',
      '%',
      '(',
      'app=\u00e4',
      '__proto__=x',
      'constructor',
      'app>1',
      'app in ()',
    ],
  },
  fieldSelector: {
    right: [
      'metadata.name=fuzz-0',
      'metadata.namespace!=x',
      'metadata.name==fuzz-1',
      'metadata.name!=fuzz-1,metadata.name!=fuzz-2',
    ],
    wrong: [
      'status.phase=Running',
      'spec.nodeName=',
      'spec.nope=1',
      '=',
      'metadata.name',
      'metadata.name=a,metadata.name=b',
      '__proto__=1',
      'constructor=x',
      'metadata.name=\\',
      'type=Opaque',
      'involvedObject.kind=Pod',
    ],
  },
  limit: number('0', '1', '2', '3', '500'),
  continue: {
    right: [1, 50, 100].map((revision) => encodeContinuation({ revision, after: 'fuzz-a/fuzz-0' })),
    wrong: wrongTokens(),
  },
  resourceVersion: {
    right: ['', '0', '1', '2', '50'],
    // The last is one that the server has not reached, which keeps the connection for seconds.
    wrong: [
      '007',
      '-1',
      'abc',
      '1e3',
      '99999999999999999999999',
      '0'.repeat(50),
      ...Array<string>(30).fill('x'),
      '9007199254740991',
    ],
  },
  resourceVersionMatch: { right: ['Exact', 'NotOlderThan'], wrong: ['', 'exact', 'x'] },
  watch: flag,
  allowWatchBookmarks: flag,
  sendInitialEvents: flag,
  timeoutSeconds: number('0', '1', '30'),
  dryRun: { right: ['All'], wrong: ['', 'None', 'all'] },
  fieldValidation: { right: ['Strict', 'Warn', 'Ignore'], wrong: ['', 'strict'] },
  fieldManager: { right: ['fuzz', 'other', 'ä'], wrong: ['', 'x'.repeat(200), '\u0000', 'a\nb'] },
  force: flag,
  pretty: flag,
  gracePeriodSeconds: number('0', '1', '30'),
  propagationPolicy: { right: ['Background', 'Foreground', 'Orphan'], wrong: ['', 'Evil'] },
  orphanDependents: flag,
  includeObject: { right: ['None', 'Metadata', 'Object'], wrong: ['', 'x'] },
  container: { right: ['main'], wrong: ['', 'x', '../x'] },
  follow: flag,
  tailLines: number('0', '1', '100'),
  sinceSeconds: number('1', '60'),
  sinceTime: { right: ['2026-01-01T00:00:00Z'], wrong: ['yesterday', ''] },
  limitBytes: number('1', '1000'),
  command: { right: ['sh', 'x'.repeat(500)], wrong: [''] },
  stdin: flag,
  stdout: flag,
  ports: { right: ['80', '80,81'], wrong: ['0', '99999', 'x'] },
  path: { right: ['/', 'x'], wrong: ['..', '//evil.invalid'] },
  __proto__x: { right: ['1'], wrong: ['2'] },
};
const byVerb: Readonly<Record<Verb, readonly string[]>> = {
  get: [
    'resourceVersion',
    'pretty',
    'container',
    'follow',
    'tailLines',
    'sinceSeconds',
    'sinceTime',
    'limitBytes',
    'stdin',
    'stdout',
    'command',
    'ports',
    'includeObject',
    'path',
  ],
  list: [
    'labelSelector',
    'fieldSelector',
    'limit',
    'continue',
    'resourceVersion',
    'resourceVersionMatch',
    'includeObject',
    'sendInitialEvents',
    'timeoutSeconds',
  ],
  watch: [
    'labelSelector',
    'fieldSelector',
    'resourceVersion',
    'allowWatchBookmarks',
    'sendInitialEvents',
    'resourceVersionMatch',
    'timeoutSeconds',
    'includeObject',
  ],
  create: ['dryRun', 'fieldValidation', 'fieldManager', 'pretty'],
  update: ['dryRun', 'fieldValidation', 'fieldManager'],
  patch: ['dryRun', 'fieldValidation', 'force'],
  delete: ['gracePeriodSeconds', 'propagationPolicy', 'orphanDependents', 'dryRun'],
  deletecollection: [
    'labelSelector',
    'fieldSelector',
    'limit',
    'gracePeriodSeconds',
    'propagationPolicy',
    'dryRun',
    'resourceVersion',
  ],
};

function wrongTokens(): string[] {
  const token = encodeContinuation({ revision: 1, after: 'zzz' });
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  return [
    token.slice(0, -3),
    encoded('{}'),
    encoded('null'),
    encoded('[]'),
    encoded('{"v":"meta.k8s.io/v1","rv":1e300,"start":"a"}'),
    encoded('{"v":"meta.k8s.io/v1","rv":1,"start":"../../x"}'),
    '%%%',
    'x'.repeat(3_000),
  ];
}

export function queryOf({ verb }: Target, dice: Dice): string {
  const pairs: string[] = [];
  if (verb === 'watch' && dice.chance(0.95)) pairs.push('watch=1');
  if (verb === 'patch' && dice.chance(0.9)) pairs.push('fieldManager=fuzz');
  const count = dice.pick([0, 0, 0, 1, 1, 2, 3]);
  for (let made = 0; made < count; made++) {
    const name = dice.chance(0.9) ? dice.pick(byVerb[verb]) : dice.pick(Object.keys(parameters));
    const { right, wrong } = parameters[name]!;
    pairs.push(`${name}=${encodeURIComponent(dice.pick(dice.chance(0.8) ? right : wrong))}`);
  }
  if (dice.chance(0.02))
    pairs.push(
      dice.pick([
        '%',
        '&&&',
        '=',
        '%ff=%fe',
        'a=b=c',
        'watch',
        'x=%',
        '?',
        'limit=1&limit=2',
        `q=${'x'.repeat(20_000)}`,
      ]),
    );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

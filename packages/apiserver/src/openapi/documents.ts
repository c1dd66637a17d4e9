// Owns the documents that describe the API: discovery, OpenAPI, the version and the list of paths. Each one is built when
// it is first asked for and then kept, so that none of them costs time at start.
import { createHash } from 'node:crypto';
import { apiVersionOf, type Kind, StatusError } from '@berth/objects';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { mediaRanges } from '../http/negotiate.ts';
import type { ServedKinds } from '../registry/served-kinds.ts';
import {
  aggregated,
  byGroup,
  coreVersions,
  type GroupVersion,
  groupDocument,
  groupList,
  groupVersions,
  resourceList,
} from './discovery.ts';
import { openApiV2 } from './v2.ts';
import { asProtobuf, openApiV2Protobuf, openApiV2ProtobufDeprecated } from './v2-protobuf.ts';
import { openApiV3 } from './v3.ts';

export interface StoredDocument {
  readonly body: Buffer;
  readonly contentType: string;
  /** With quotes. */
  readonly etag: string;
}

/** Of what a program was made. */
export interface BuildInfo {
  readonly commit: string;
  /** Whether the sources were just those of the commit. */
  readonly treeState: 'clean' | 'dirty';
  /** Of the commit: `2026-01-01T00:00:00Z`. */
  readonly date: string;
}

interface VersionInfo {
  readonly gitVersion: string;
  readonly platform: string;
  readonly runtimeVersion: string;
  /** Undefined: it runs from its sources. */
  readonly build: BuildInfo | undefined;
}

/** Who signs the tokens of service accounts, and by which keys others check them. */
export type TokenIssuer = Pick<ServiceAccountTokens, 'issuer' | 'publicKeys'>;

export interface DocumentsOptions {
  readonly served: Pick<ServedKinds, 'all' | 'generation'>;
  readonly version: VersionInfo;
  /** Host and port by which clients reach the server, as the oldest of them want to be told. */
  readonly serverAddress: () => string;
  /** Undefined: there are no such tokens. */
  readonly tokens: TokenIssuer | undefined;
}

/** Undefined: there is no such document. Throws `NotAcceptable` where the client takes none of its forms. */
export type Documents = (path: string, accept: string | undefined) => StoredDocument | undefined;

export function createDocuments(options: DocumentsOptions): Documents {
  const { served } = options;
  let generation = served.generation;
  let versions = groupVersions(served.all);
  let kept = new Map<string, StoredDocument>();
  let documents = documentsOf(versions, { ...options, kept });
  return (path, accept) => {
    if (served.generation !== generation) {
      generation = served.generation;
      const changed = groupVersions(served.all);
      kept = stillTrue(kept, versions, changed);
      versions = changed;
      documents = documentsOf(versions, { ...options, kept });
    }
    return documents(path, accept);
  };
}

/** What is kept of the versions of which no kind has changed. */
function stillTrue(
  kept: ReadonlyMap<string, StoredDocument>,
  before: readonly GroupVersion[],
  now: readonly GroupVersion[],
): Map<string, StoredDocument> {
  const earlier = new Map(before.map((version) => [pathOf(version), version.kinds]));
  const isSame = (kinds: readonly Kind[], others: readonly Kind[] = []) =>
    kinds.length === others.length && kinds.every((kind, index) => kind === others[index]);
  const same = now.filter((version) => isSame(version.kinds, earlier.get(pathOf(version)))).map(pathOf);
  const paths = same.flatMap((path) => [path, `/openapi/v3${path}`]);
  return new Map(
    paths.flatMap((path) => {
      const document = kept.get(path);
      return document ? [[path, document] as const] : [];
    }),
  );
}

function documentsOf(
  versions: readonly GroupVersion[],
  options: DocumentsOptions & { readonly kept: Map<string, StoredDocument> },
): Documents {
  const builders = builderOf(versions, options);
  const { kept } = options;
  const keep = (key: string, contentType: string, build: () => object | Buffer): StoredDocument => {
    let document = kept.get(key);
    if (!document) {
      const built = build();
      const body = Buffer.isBuffer(built) ? built : Buffer.from(JSON.stringify(built));
      document = { body, contentType, etag: `"${hashOf(body)}"` };
      kept.set(key, document);
    }
    return document;
  };

  return (path, accept) => {
    if (path === '/api' || path === '/apis') {
      const asked = aggregationIn(accept);
      if (asked) {
        const contentType = `application/json;g=apidiscovery.k8s.io;v=${asked};as=APIGroupDiscoveryList`;
        return keep(`${path};${asked}`, contentType, () => aggregated(versions, path, asked));
      }
    }
    if (path === '/openapi/v3') return keep(path, json, () => openApiIndex(versions, options, keep));
    const build = builders.get(path);
    if (!build) return undefined;
    if (path === '/openapi/v2' && openApiFormIn(accept, [...protobufs, json]) !== json)
      return keep(`${path};protobuf`, openApiV2Protobuf, () => asProtobuf(build()));
    if (path.startsWith('/openapi/')) openApiFormIn(accept, [json]);
    return keep(path, path === keySetPath ? 'application/jwk-set+json' : json, build);
  };
}

const json = 'application/json';
const keySetPath = '/openid/v1/jwks';
const protobufs = [openApiV2Protobuf, openApiV2ProtobufDeprecated];

type Keep = (key: string, contentType: string, build: () => object | Buffer) => StoredDocument;

function builderOf(versions: readonly GroupVersion[], options: DocumentsOptions): Map<string, () => object> {
  const builders = new Map<string, () => object>([
    ['/api', () => coreVersions(options.serverAddress())],
    ['/apis', () => groupList(versions)],
    ['/version', () => versionDocument(options.version)],
    ['/openapi/v2', () => openApiV2(versions, options.version.gitVersion)],
  ]);
  const { tokens, serverAddress } = options;
  if (tokens) {
    builders.set('/.well-known/openid-configuration', () => issuerDocument(tokens, serverAddress()));
    builders.set(keySetPath, () => ({ keys: tokens.publicKeys }));
  }
  for (const version of versions) {
    const path = pathOf(version);
    builders.set(path, () => resourceList(version));
    builders.set(`/openapi/v3${path}`, () => openApiV3(version, options.version.gitVersion));
  }
  for (const group of byGroup(versions)) {
    const [{ group: name }] = group as [GroupVersion];
    if (name) builders.set(`/apis/${name}`, () => groupDocument(group));
  }
  const paths = [...builders.keys(), '/healthz', '/livez', '/metrics', '/openapi/v3', '/readyz'].sort();
  builders.set('/', () => ({ paths }));
  return builders;
}

/** The index names each document by its hash, so that clients may keep what has not changed. */
function openApiIndex(
  versions: readonly GroupVersion[],
  { version: { gitVersion } }: DocumentsOptions,
  keep: Keep,
): object {
  const entries = versions.map((version) => {
    const path = pathOf(version);
    const document = keep(`/openapi/v3${path}`, json, () => openApiV3(version, gitVersion));
    const hash = document.etag.slice(1, -1).toUpperCase();
    return [path.slice(1), { serverRelativeURL: `/openapi/v3${path}?hash=${hash}` }] as const;
  });
  return { paths: Object.fromEntries(entries) };
}

function pathOf(version: { readonly group: string; readonly version: string }): string {
  return `${version.group ? '/apis' : '/api'}/${apiVersionOf(version)}`;
}

function aggregationIn(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  if (!accept?.includes('APIGroupDiscoveryList')) return undefined;
  for (const { type, parameters } of mediaRanges(accept)) {
    if (type !== json) continue;
    const as = parameters.get('as');
    const version = parameters.get('v');
    if (as === undefined) return undefined;
    if (as === 'APIGroupDiscoveryList' && (version === 'v2' || version === 'v2beta1')) return version;
  }
  return undefined;
}

/** Which of the forms a client likes best. Throws NotAcceptable if it takes none of them. */
function openApiFormIn(accept: string | undefined, forms: readonly string[]): string {
  if (!accept) return json;
  for (const { type } of mediaRanges(accept)) {
    if (type === 'application/*' || type === '*/*') return json;
    if (forms.includes(type)) return type;
  }
  throw new StatusError('NotAcceptable', `only the following media types are accepted: ${forms.join(', ')}`);
}

function versionDocument({ gitVersion, platform, runtimeVersion, build }: VersionInfo): object {
  const [major = '', minor = ''] = gitVersion.replace(/^v/, '').split('.');
  return {
    major,
    minor,
    gitVersion,
    gitCommit: build?.commit ?? '',
    gitTreeState: build?.treeState ?? '',
    buildDate: build?.date ?? '',
    goVersion: runtimeVersion,
    compiler: 'v8',
    platform,
  };
}

/** OpenID Connect Discovery 1.0, as far as checking tokens goes: by it other programs trust the cluster's accounts. */
function issuerDocument({ issuer, publicKeys }: TokenIssuer, serverAddress: string): object {
  return {
    issuer,
    jwks_uri: `https://${serverAddress}${keySetPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(publicKeys.map(({ alg }) => alg))],
  };
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

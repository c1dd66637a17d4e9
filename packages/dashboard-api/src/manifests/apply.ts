// Owns applying a text of several YAML documents: each is created, or replaces what there is as far as the text says so.
// Documents are applied in order; one that fails does not keep the others from it.
import { isDeepStrictEqual } from 'node:util';
import type { Discoverer, Reader, Writer } from '@berth/client';
import { isReason, type KubeObject, kindNamed, type ObjectName, type Resource, StatusError } from '@berth/objects';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { ApplyResult, DocumentResult } from '../answers.ts';
import { problemsOf } from '../errors.ts';
import { lastApplied, threeWayPatch } from './last-applied.ts';

interface ApplyOptions {
  /** For documents that name none. */
  readonly namespace: string;
  readonly dryRun: boolean;
}

type Applying = Discoverer & Reader & Writer;
type Place = Pick<DocumentResult, 'index' | 'line'>;
type Outcome = Omit<DocumentResult, 'index' | 'line'>;

export async function applyDocuments(client: Applying, text: string, options: ApplyOptions): Promise<ApplyResult> {
  const results: DocumentResult[] = [];
  for (const { place, value, error } of documentsOf(text)) {
    const outcome = error ? failed({}, error) : await applyOne(client, value, options);
    results.push({ ...place, ...outcome });
  }
  return { documents: results, failed: results.filter(({ outcome }) => outcome === 'failed').length };
}

interface ParsedDocument {
  readonly place: Place;
  readonly value: unknown;
  readonly error?: string;
}

/** The documents of the text that are not empty. A `List` counts as the documents that it holds. */
function documentsOf(text: string): ParsedDocument[] {
  const lines = new LineCounter();
  const parsed: ParsedDocument[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true })) {
    const line = lines.linePos(document.contents?.range?.[0] ?? document.range[0]).line || 1;
    const place = { index: parsed.length, line };
    const [error] = document.errors;
    if (error) {
      parsed.push({
        place: { ...place, line: error.linePos?.[0].line ?? line },
        value: undefined,
        error: error.message,
      });
      continue;
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value === null || value === undefined) continue;
    const items = listItems(value);
    if (items)
      parsed.push(...items.map((item, offset) => ({ place: { index: place.index + offset, line }, value: item })));
    else parsed.push({ place, value });
  }
  return parsed;
}

function listItems(value: unknown): readonly unknown[] | undefined {
  const { kind, apiVersion, items } = value as { kind?: unknown; apiVersion?: unknown; items?: unknown };
  return kind === 'List' && apiVersion === 'v1' && Array.isArray(items) ? items : undefined;
}

async function applyOne(client: Applying, value: unknown, options: ApplyOptions): Promise<Outcome> {
  const manifest = await manifestOf(client, value, options.namespace);
  if ('error' in manifest) return failed({}, manifest.error);
  const { resource, object, name } = manifest;
  const named = { kind: resource.kind, ...name };
  try {
    return { ...named, outcome: await createOrPatch(client, manifest, options.dryRun), problems: [] };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // A dry run cannot see that the namespace is made by a document before it; the API checks the rest of the object.
    if (options.dryRun && isReason(error, 'NotFound') && error.details?.kind === 'namespaces') {
      return {
        ...named,
        outcome: 'created',
        message: `once namespace ${object.metadata.namespace} exists`,
        problems: [],
      };
    }
    return { ...named, outcome: 'failed', message: error.message, problems: problemsOf(error) };
  }
}

interface ManifestObject {
  readonly resource: Resource;
  readonly object: KubeObject;
  readonly name: ObjectName;
}

/** Of a built-in kind, or of one that is defined in the cluster, which is asked only then. */
async function resourceNamed(client: Discoverer, apiVersion: string, kind: string): Promise<Resource | undefined> {
  const builtIn = kindNamed(apiVersion, kind);
  if (builtIn) return builtIn.resource;
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const found = (await client.discover()).find((resource) => resource.kind === kind && resource.group === group);
  return found && { ...found, version };
}

async function manifestOf(
  client: Discoverer,
  value: unknown,
  defaultNamespace: string,
): Promise<ManifestObject | { readonly error: string }> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: 'this is not an object' };
  const { apiVersion, kind, metadata } = value as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    return { error: 'apiVersion and kind have to be set' };
  const resource = await resourceNamed(client, apiVersion, kind);
  if (!resource) return { error: `no matches for kind "${kind}" in version "${apiVersion}"` };
  const { name, namespace } = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as {
    name?: unknown;
    namespace?: unknown;
  };
  if (typeof name !== 'string' || name === '') return { error: 'metadata.name has to be set' };
  const target = resource.namespaced
    ? typeof namespace === 'string' && namespace
      ? namespace
      : defaultNamespace
    : undefined;
  const object = { ...value, metadata: { ...(metadata as object), ...(target ? { namespace: target } : {}) } };
  return { resource, object: object as KubeObject, name: { ...(target ? { namespace: target } : {}), name } };
}

async function createOrPatch(
  client: Applying,
  { resource, object, name }: ManifestObject,
  dryRun: boolean,
): Promise<DocumentResult['outcome']> {
  const options = { dryRun, fieldValidation: 'Strict', fieldManager: 'berth-dashboard' } as const;
  const annotated = lastApplied.put(object);
  const live = await client.get(resource, name).catch((error: unknown) => {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  });
  if (!live) {
    await client.create(resource, annotated, { ...options, namespace: name.namespace });
    return 'created';
  }
  const body = threeWayPatch(lastApplied.get(live), annotated);
  const patched = await client.patch(resource, name, { type: 'application/merge-patch+json', body }, options);
  return isDeepStrictEqual(comparable(live), comparable(patched)) ? 'unchanged' : 'configured';
}

/** What a person means by an object's contents: not its version, and not the note of what was applied last. */
function comparable(object: KubeObject): unknown {
  const {
    resourceVersion: _,
    generation: _generation,
    managedFields: _fields,
    ...metadata
  } = lastApplied.remove(object).metadata;
  return { ...object, metadata };
}

function failed(named: Partial<Outcome>, message: string): Outcome {
  return { ...named, outcome: 'failed', message, problems: [{ field: '', message }] };
}

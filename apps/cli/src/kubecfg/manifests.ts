// Owns the reading of manifests: files, directories and standard input; YAML and JSON; many documents; v1 Lists.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apiVersionOf, type KubeObject, type New } from '@berth/objects';
import { Option } from 'commander';
import { parseAllDocuments } from 'yaml';
import { named } from './kinds.ts';
import type { Session } from './session.ts';
import { type Known, type KnownKind, UnknownKindError, UsageError } from './targets.ts';

export interface Manifest {
  readonly kind: KnownKind;
  readonly object: New<KubeObject>;
  /** Where it stands, for messages. */
  readonly source: string;
}

export function filesOption(): Option {
  return new Option('-f, --filename <files...>', 'files, directories, or - for standard input');
}

/** The namespace that the manifest names, or the session's. */
export function namespaceOf(session: Pick<Session, 'namespace'>, { kind, object }: Manifest): string | undefined {
  return kind.resource.namespaced ? (object.metadata.namespace ?? session.namespace) : undefined;
}

interface Document {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: object;
  readonly items?: readonly Document[];
}

/** Throws UsageError that names the file and the document for anything that is no object of a served kind. */
export async function readManifests(session: Session, paths: readonly string[]): Promise<readonly Manifest[]> {
  const documents = paths.flatMap(filesOf).flatMap(documentsOf);
  const manifests = await named(session, (known) =>
    documents.flatMap(({ document, source }) => expand(document, source, known)),
  );
  if (manifests.length === 0) throw new UsageError(`no objects in ${paths.join(', ')}`);
  return manifests;
}

function filesOf(path: string): string[] {
  if (path === '-') return [path];
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`the path "${path}" does not exist`);
  if (!found.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function documentsOf(file: string): { readonly document: Document | null; readonly source: string }[] {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8');
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document, index) => {
    const source = `${file === '-' ? 'standard input' : file}, document ${index + 1}`;
    const [error] = document.errors;
    if (error) throw new UsageError(`${source}: ${error.message}`);
    return { document: document.toJS() as Document | null, source };
  });
}

function expand(document: Document | null, source: string, known: Known): Manifest[] {
  if (document === null) return [];
  if (document.kind === 'List') return (document.items ?? []).flatMap((item) => expand(item, source, known));
  const { apiVersion, kind: name } = document;
  if (!apiVersion || !name) throw new UsageError(`${source}: apiVersion and kind must be set`);
  const kind = known.kinds.find(({ resource }) => resource.kind === name && apiVersionOf(resource) === apiVersion);
  if (!kind) throw new UnknownKindError(`${source}: no matches for kind "${name}" in version "${apiVersion}"`);
  return [{ kind, object: { ...document, metadata: document.metadata ?? {} } as New<KubeObject>, source }];
}

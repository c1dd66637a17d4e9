// Owns the reading of manifests: files, directories and standard input; YAML and JSON; many documents; v1 Lists.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, type KubeObject, kindNamed, type New } from '@berth/objects';
import { Option } from 'commander';
import { parseAllDocuments } from 'yaml';
import type { Session } from './session.ts';
import { UsageError } from './targets.ts';

export interface Manifest {
  readonly kind: Kind;
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
export function readManifests(paths: readonly string[]): readonly Manifest[] {
  const manifests = paths.flatMap(filesOf).flatMap(documentsOf);
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

function documentsOf(file: string): Manifest[] {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8');
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, index) => {
    const source = `${file === '-' ? 'standard input' : file}, document ${index + 1}`;
    const [error] = document.errors;
    if (error) throw new UsageError(`${source}: ${error.message}`);
    return expand(document.toJS() as Document | null, source);
  });
}

function expand(document: Document | null, source: string): Manifest[] {
  if (document === null) return [];
  if (document.kind === 'List') return (document.items ?? []).flatMap((item) => expand(item, source));
  const { apiVersion, kind: name } = document;
  if (!apiVersion || !name) throw new UsageError(`${source}: apiVersion and kind must be set`);
  const kind = kindNamed(apiVersion, name);
  if (!kind) throw new UsageError(`${source}: no matches for kind "${name}" in version "${apiVersion}"`);
  return [{ kind, object: { ...document, metadata: document.metadata ?? {} } as New<KubeObject>, source }];
}

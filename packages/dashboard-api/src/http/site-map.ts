// Owns which exported file answers which path. The export has one page per route; a segment `_` in it stands for any
// segment, so that `/pods/default/web-1` is answered from `pods/_/_.html`, and its data from `pods/_/_.txt`.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

interface Folder {
  readonly files: Map<string, string>;
  readonly folders: Map<string, Folder>;
}

export interface SiteMap {
  /** The path of the file, relative to the export; undefined if no page is there. `path` is decoded, from the root. */
  find(path: string): string | undefined;
}

const compressed = /\.(br|gz)$/;

export async function readSiteMap(directory: string): Promise<SiteMap> {
  const root = await readFolder(directory, '');
  return { find: (path) => findIn(root, path.split('/').filter(Boolean)) };
}

async function readFolder(directory: string, relative: string): Promise<Folder> {
  const folder: Folder = { files: new Map(), folders: new Map() };
  for (const entry of await readdir(join(directory, relative), { withFileTypes: true })) {
    const path = relative ? `${relative}/${entry.name}` : entry.name;
    if (entry.isDirectory()) folder.folders.set(entry.name, await readFolder(directory, path));
    else if (entry.isFile() && !compressed.test(entry.name)) folder.files.set(entry.name, path);
  }
  return folder;
}

function findIn(folder: Folder, segments: readonly string[]): string | undefined {
  const [first, ...rest] = segments;
  if (first === undefined) return folder.files.get('index.html');
  if (rest.length === 0) return fileFor(folder, first);
  for (const name of [first, '_']) {
    const inner = folder.folders.get(name);
    const found = inner && findIn(inner, rest);
    if (found) return found;
  }
  return undefined;
}

/** The file itself, the page without its ending, or the placeholder's page or data. */
function fileFor(folder: Folder, name: string): string | undefined {
  const exact =
    folder.files.get(name) ?? folder.files.get(`${name}.html`) ?? folder.folders.get(name)?.files.get('index.html');
  if (exact) return exact;
  return (name.endsWith('.txt') ? folder.files.get('_.txt') : undefined) ?? folder.files.get('_.html');
}

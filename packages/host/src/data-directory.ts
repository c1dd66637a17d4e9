// Owns the directory in which a program keeps everything: that it is there, is the owner's alone, and can be written.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const why: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EEXIST: 'it is not a directory',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'it is not a directory',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
};

/** Makes the directory if it is not there. Throws an Error whose message is a sentence for whoever started the program. */
export function openDataDirectory(path: string): void {
  try {
    make(path);
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`the data directory ${path} cannot be used: ${why[code ?? ''] ?? message}`);
  }
}

/** One at a time: asked for all at once, Node.js hides what is in the way, or never stops trying. */
function make(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) make(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

// Owns the writing of files that hold secrets.
import { chmod, rename, writeFile } from 'node:fs/promises';

/** Readers see the old file or the whole new one; nobody but the owner reads either. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}

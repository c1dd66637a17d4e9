// Owns where the project's files are, seen from the built program in apps/cli/dist.
import { fileURLToPath } from 'node:url';

/** The absolute path of a file of the project. */
export function project(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

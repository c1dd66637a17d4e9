// Owns how many files and connections this process may have open.
import { readFileSync } from 'node:fs';

/** Undefined where nobody says: on other systems than Linux, or when there is no limit. */
export function descriptorLimit(): number | undefined {
  try {
    // Node.js raises the soft limit to the hard one when it starts.
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

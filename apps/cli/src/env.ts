// Owns what the environment says: the only file of this program that reads it.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The environment's twin of a flag: BERTH_DATA_DIR for `data-dir`. */
export function twinName(flag: string): string {
  return `BERTH_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** What the processes that `up` starts inherit. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** The first of KUBECONFIG, this directory's cluster, and the user's own file. */
export function defaultKubeconfig(): string {
  const [named] = (process.env.KUBECONFIG ?? '').split(':').filter(Boolean);
  if (named) return named;
  const local = join(process.env.BERTH_DATA_DIR ?? '.berth', 'admin.kubeconfig');
  return existsSync(local) ? local : join(homedir(), '.kube/config');
}

/** Whether text for people is coloured, there or not there being a terminal. https://no-color.org */
export function wantsColour(terminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== '0' : terminal && TERM !== 'dumb';
}

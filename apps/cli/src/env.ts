// Owns what the environment says: the only file of this program that reads it.

/** The environment's twin of a flag: BERTH_DATA_DIR for `data-dir`. */
export function environmentTwin(flag: string): string | undefined {
  return process.env[twinName(flag)] || undefined;
}

export function twinName(flag: string): string {
  return `BERTH_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** What the processes that `up` starts inherit. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

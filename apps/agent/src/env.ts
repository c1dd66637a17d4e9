// Owns what the environment says: the only file of this program that reads it.

/** The environment's twin of a flag: BERTH_DATA_DIR for `data-dir`. */
export function twinName(flag: string): string {
  return `BERTH_${flag.toUpperCase().replaceAll('-', '_')}`;
}

// Owns what the environment says: the only file of this program that reads it.

/** The environment's twin of a flag: BERTH_DATA_DIR for `data-dir`. */
export function twinName(flag: string): string {
  return `BERTH_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** The admin's password, where it is set without the one-time link. */
export function adminPassword(): string | undefined {
  return process.env.BERTH_ADMIN_PASSWORD || undefined;
}

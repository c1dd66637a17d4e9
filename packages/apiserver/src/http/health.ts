// Owns the health endpoints: /livez, /readyz and the older /healthz, whole or one check at a time.
// Source: Kubernetes API health endpoints.

export interface HealthCheck {
  readonly name: string;
  /** Throws what is wrong. */
  check(): void | Promise<void>;
}

export interface HealthAnswer {
  readonly code: number;
  readonly text: string;
}

/** `path`: `/readyz` or `/readyz/NAME`. Undefined if there is no such check. */
export async function health(
  path: string,
  query: URLSearchParams,
  checks: readonly HealthCheck[],
): Promise<HealthAnswer | undefined> {
  const [, endpoint = '', name] = path.split('/');
  const excluded = query.getAll('exclude');
  const asked = name ? checks.filter((check) => check.name === name) : checks;
  if (asked.length === 0) return undefined;
  const results = await Promise.all(
    asked
      .filter((check) => !excluded.includes(check.name))
      .map(async (check) => ({ check, error: await errorOf(check) })),
  );
  const failed = results.some(({ error }) => error !== undefined);
  // Reasons are for the log: anybody may ask for the health.
  const lines = results.map(({ check, error }) =>
    error === undefined ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`,
  );
  if (failed) return { code: 500, text: `${lines.join('\n')}\n${endpoint} check failed\n` };
  return { code: 200, text: query.has('verbose') ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' };
}

async function errorOf({ check }: HealthCheck): Promise<unknown> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return error ?? new Error('unknown');
  }
}

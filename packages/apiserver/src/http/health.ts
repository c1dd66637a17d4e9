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
  const excluded = new Set(query.getAll('exclude'));
  const asked = name ? checks.filter((check) => check.name === name) : checks;
  if (asked.length === 0) return undefined;
  const results = await Promise.all(
    asked.map(async (check) => {
      const isExcluded = excluded.has(check.name);
      const error = isExcluded ? undefined : await errorOf(check);
      // Reasons are for the log: anybody may ask for the health.
      const line = error === undefined ? `[+]${check.name} ${isExcluded ? 'excluded: ' : ''}ok` : failure(check);
      return { failed: error !== undefined, line };
    }),
  );
  const failed = results.some((result) => result.failed);
  const unknown = [...excluded].filter((each) => !asked.some((check) => check.name === each)).sort();
  const lines = results.map(({ line }) => line);
  if (unknown.length > 0)
    lines.push(
      `warn: some health checks cannot be excluded: no matches for ${unknown.map((each) => JSON.stringify(each)).join(', ')}`,
    );
  if (failed) return { code: 500, text: `${lines.join('\n')}\n${endpoint} check failed\n` };
  return { code: 200, text: query.has('verbose') ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' };
}

function failure({ name }: HealthCheck): string {
  return `[-]${name} failed: reason withheld`;
}

async function errorOf({ check }: HealthCheck): Promise<unknown> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return error ?? new Error('unknown');
  }
}

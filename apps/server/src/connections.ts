// Owns how the descriptors that this process may have are shared out: what clients hold leaves enough for the store, the
// logs, and the connections that the server makes itself.

export interface ConnectionShares {
  readonly api: number | undefined;
  readonly dashboard: number | undefined;
}

/** For the store, the logs, agents, webhooks and etcd: an eighth, and never less than this. */
const leastSpare = 100;
/** Below which nothing can be served. */
const leastTaken = 32;

/** `limit`: how many descriptors the process may have; undefined: there is no limit. Pure. */
export function connectionShares(limit: number | undefined): ConnectionShares {
  if (limit === undefined) return { api: undefined, dashboard: undefined };
  const taken = Math.max(leastTaken, limit - Math.max(leastSpare, Math.ceil(limit / 8)));
  const api = Math.floor((taken * 3) / 4);
  return { api, dashboard: taken - api };
}

// Owns the move of API tokens out of the database, where earlier versions kept them, into the cluster.
import type { Database } from '@berth/db';
import { type Clock, type Logger, sleep } from '@berth/host';
import { isReason } from '@berth/objects';
import type { ApiTokens } from './api-tokens.ts';

interface AdoptOptions {
  readonly database: Database;
  readonly apiTokens: ApiTokens;
  readonly clock: Clock;
  readonly log: Logger;
}

const retryMs = 5_000;

/** Resolves when there are none left in the database, or the signal aborts. Waits for an API that is away. */
export async function adoptTokens(options: AdoptOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  while (!signal.aborted) {
    try {
      await adopt(options);
      return;
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'API tokens could not be moved into the cluster; trying again');
    }
    await sleep(clock, retryMs, signal);
  }
}

async function adopt({ database, apiTokens }: AdoptOptions): Promise<void> {
  for (const row of await database.apiToken.findMany({ include: { user: true } })) {
    const { id, tokenHash, user, name, createdAt, expiresAt, lastUsedAt } = row;
    const token = {
      hash: tokenHash,
      user: user.name,
      groups: user.groups.split(',').filter(Boolean),
      title: name,
      createdAt: createdAt.getTime(),
      expiresAt: expiresAt?.getTime(),
      lastUsedAt: lastUsedAt?.getTime(),
    };
    await apiTokens.put(token).catch((error: unknown) => {
      // Another server of this database was faster.
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
    await database.apiToken.deleteMany({ where: { id } });
  }
}

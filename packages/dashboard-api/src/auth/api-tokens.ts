// Owns the API tokens of people: made and revoked in the dashboard, shown to the cluster's API by their programs, which
// act as them. Tokens are kept as hashes only.
import { createHash } from 'node:crypto';
import type { Database } from '@berth/db';
import type { Clock, Logger, Random } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import type { ApiTokenSummary } from '../answers.ts';
import { Refusal } from '../errors.ts';

interface ApiTokensOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface Known {
  readonly id: string;
  readonly user: UserInfo;
  readonly expiresAt: number | undefined;
  lastUsedAt: number;
}

const prefix = 'berth_';
const format = /^berth_[a-z0-9]{40}$/;
/** What another server of the same database made or revoked counts here after so long. */
const knownMs = 5_000;
/** A token that nobody knows is looked for at most so often, whoever shows how many. */
const missedMs = 1_000;
const useMs = 60_000;
const mostTokens = 100;

export class ApiTokens {
  readonly #options: ApiTokensOptions;
  /** All that have not ended, by their hash: there are few, and each request asks. */
  #known: Promise<ReadonlyMap<string, Known>> | undefined;
  #loadedAt = 0;

  constructor(options: ApiTokensOptions) {
    this.#options = options;
  }

  /** Whose token it is; undefined: nobody's, or not any more. */
  async userOf(token: string): Promise<UserInfo | undefined> {
    if (!format.test(token)) return undefined;
    const hash = hashOf(token);
    const now = this.#options.clock.now();
    const found = (await this.#tokens(knownMs)).get(hash) ?? (await this.#tokens(missedMs)).get(hash);
    if (!found || (found.expiresAt !== undefined && found.expiresAt <= now)) return undefined;
    if (now - found.lastUsedAt >= useMs) this.#noteUse(found, now);
    return found.user;
  }

  /** The newest first. */
  async list(userId: string): Promise<ApiTokenSummary[]> {
    const found = await this.#options.database.apiToken.findMany({ where: { userId }, orderBy: { createdAt: 'desc' } });
    return found.map(({ id, name, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      name,
      createdAt: createdAt.getTime(),
      ...(lastUsedAt ? { lastUsedAt: lastUsedAt.getTime() } : {}),
      ...(expiresAt ? { expiresAt: expiresAt.getTime() } : {}),
    }));
  }

  /** The token, which nobody can ask for again. `lifetimeMs` undefined: it does not end. */
  async create(
    userId: string,
    { name, lifetimeMs }: { readonly name: string; readonly lifetimeMs: number | undefined },
  ): Promise<string> {
    const { database, clock, random } = this.#options;
    if ((await database.apiToken.count({ where: { userId } })) >= mostTokens)
      throw new Refusal('CONFLICT', `nobody has more than ${mostTokens} tokens: revoke one`, { reason: 'TooMany' });
    const token = prefix + random.suffix(40);
    const now = clock.now();
    const data = {
      tokenHash: hashOf(token),
      userId,
      name,
      createdAt: new Date(now),
      expiresAt: lifetimeMs === undefined ? null : new Date(now + lifetimeMs),
    };
    try {
      await database.apiToken.create({ data });
    } catch (error) {
      // Prisma's code for a value that must be unique and is not.
      if ((error as { code?: unknown }).code !== 'P2002') throw error;
      throw new Refusal('CONFLICT', `there is a token "${name}" already`, { reason: 'AlreadyExists' });
    }
    this.#known = undefined;
    return token;
  }

  /** From now on it is nobody's. Resolves with its name; undefined if this person has no such token. */
  async revoke(userId: string, id: string): Promise<string | undefined> {
    const { database } = this.#options;
    const found = await database.apiToken.findFirst({ where: { id, userId } });
    if (!found) return undefined;
    await database.apiToken.deleteMany({ where: { id, userId } });
    this.#known = undefined;
    return found.name;
  }

  #tokens(maxAgeMs: number): Promise<ReadonlyMap<string, Known>> {
    const now = this.#options.clock.monotonic();
    if (this.#known && now - this.#loadedAt < maxAgeMs) return this.#known;
    this.#loadedAt = now;
    const loading = this.#load();
    this.#known = loading;
    loading.catch(() => {
      if (this.#known === loading) this.#known = undefined;
    });
    return loading;
  }

  async #load(): Promise<ReadonlyMap<string, Known>> {
    const now = new Date(this.#options.clock.now());
    const found = await this.#options.database.apiToken.findMany({
      where: { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      include: { user: true },
    });
    return new Map(
      found.map(({ id, tokenHash, user, expiresAt, lastUsedAt }) => [
        tokenHash,
        {
          id,
          user: { name: user.name, groups: [...user.groups.split(',').filter(Boolean), 'system:authenticated'] },
          expiresAt: expiresAt?.getTime(),
          lastUsedAt: lastUsedAt?.getTime() ?? 0,
        },
      ]),
    );
  }

  /** The request does not wait for it. */
  #noteUse(token: Known, now: number): void {
    const { database, log } = this.#options;
    token.lastUsedAt = now;
    database.apiToken
      .updateMany({ where: { id: token.id }, data: { lastUsedAt: new Date(now) } })
      .catch((err: unknown) => log.warn({ err }, 'the use of an API token could not be noted'));
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

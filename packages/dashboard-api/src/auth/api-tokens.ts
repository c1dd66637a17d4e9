// Owns the API tokens of people: made and revoked in the dashboard, shown to the cluster's API by their programs, which
// act as them. They are kept as hashes only, in the cluster, where every API server finds them and takes note of their use.
import { createHash } from 'node:crypto';
import type { Reader, Writer } from '@berth/client';
import type { Clock, Random } from '@berth/host';
import {
  type ApiToken,
  apiTokenNamespace,
  apiTokenOf,
  apiTokenSecret,
  apiTokenText,
  apiTokenType,
  isReason,
  type Secret,
  secrets,
  type UserInfo,
} from '@berth/objects';
import type { ApiTokenSummary } from '../answers.ts';
import { Refusal } from '../errors.ts';

interface ApiTokensOptions {
  /** Of the gateway itself. */
  readonly client: Pick<Reader, 'get' | 'list'> & Pick<Writer, 'create' | 'delete'>;
  readonly clock: Clock;
  readonly random: Random;
}

interface Found {
  readonly secret: Secret;
  readonly token: ApiToken;
}

const mostTokens = 100;

export class ApiTokens {
  readonly #options: ApiTokensOptions;
  /** One after the other: whether a name is free is looked at before it is taken. */
  #lastCreate: Promise<unknown> = Promise.resolve();

  constructor(options: ApiTokensOptions) {
    this.#options = options;
  }

  /** The newest first. */
  async list(user: string): Promise<ApiTokenSummary[]> {
    const found = await this.#of(user);
    return found
      .sort((a, b) => b.token.createdAt - a.token.createdAt)
      .map(({ secret, token: { title, createdAt, lastUsedAt, expiresAt } }) => ({
        id: secret.metadata.name,
        name: title,
        createdAt,
        ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }));
  }

  /** The token, which nobody can ask for again. `lifetimeMs` undefined: it does not end. */
  create(user: UserInfo, wanted: { readonly name: string; readonly lifetimeMs: number | undefined }): Promise<string> {
    const created = this.#lastCreate.then(() => this.#create(user, wanted));
    this.#lastCreate = created.catch(() => {});
    return created;
  }

  async #create(
    user: UserInfo,
    { name, lifetimeMs }: { readonly name: string; readonly lifetimeMs: number | undefined },
  ): Promise<string> {
    const { clock, random } = this.#options;
    const there = await this.#of(user.name);
    if (there.length >= mostTokens)
      throw new Refusal('CONFLICT', `nobody has more than ${mostTokens} tokens: revoke one`, { reason: 'TooMany' });
    if (there.some(({ token }) => token.title === name))
      throw new Refusal('CONFLICT', `there is a token "${name}" already`, { reason: 'AlreadyExists' });
    const text = apiTokenText(random.suffix(40));
    const now = clock.now();
    await this.put({
      hash: createHash('sha256').update(text).digest('hex'),
      user: user.name,
      groups: user.groups,
      title: name,
      createdAt: now,
      expiresAt: lifetimeMs === undefined ? undefined : now + lifetimeMs,
      lastUsedAt: undefined,
    });
    return text;
  }

  /** Keeps a token of which the hash is known. */
  async put(token: ApiToken): Promise<void> {
    await this.#options.client.create(secrets, apiTokenSecret(token));
  }

  /** From now on it is nobody's. Resolves with its name; undefined if this person has no such token. */
  async revoke(user: string, id: string): Promise<string | undefined> {
    const { client } = this.#options;
    const found = (await this.#of(user)).find(({ secret }) => secret.metadata.name === id);
    if (!found) return undefined;
    await client.delete(secrets, { namespace: apiTokenNamespace, name: id }).catch((error: unknown) => {
      // Somebody else was faster.
      if (!isReason(error, 'NotFound')) throw error;
    });
    return found.token.title;
  }

  async #of(user: string): Promise<Found[]> {
    const fieldSelector = `type=${apiTokenType}`;
    const { items } = await this.#options.client.list(secrets, { namespace: apiTokenNamespace, fieldSelector });
    return items.flatMap((secret) => {
      const token = apiTokenOf(secret);
      return token?.user === user ? [{ secret, token }] : [];
    });
  }
}

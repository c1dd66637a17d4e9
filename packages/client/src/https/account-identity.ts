// Owns acting as a service account over HTTPS: its token is asked for when it is first needed, used until it is near its
// end, and asked for again when the server knows it no more. Source: Kubernetes, `--use-service-account-credentials`.
import type { Clock } from '@berth/host';
import { isReason, type ObjectName, serviceAccounts } from '@berth/objects';
import type { TokenRequester, Writer } from '../interfaces.ts';
import type { RequestIdentity } from './connection.ts';

export interface AccountIdentityOptions {
  /** May make the account and its tokens. */
  readonly client: TokenRequester & Pick<Writer, 'create'>;
  readonly account: ObjectName;
  readonly clock: Clock;
}

interface Held {
  readonly token: string;
  /** On the monotonic clock. */
  readonly renewAt: number;
}

const lifetimeSeconds = 3600;
/** Of its life, before the next one is asked for. */
const usedPart = 0.8;

export function accountIdentity({ client, account, clock }: AccountIdentityOptions): RequestIdentity {
  /** One request for all who wait for it. */
  let asked: Promise<Held> | undefined;
  let held: Held | undefined;

  async function request(): Promise<Held> {
    const before = clock.monotonic();
    const { status } = await requestOfAccount();
    // The server says when it ends, by its own clock; how long it was to live is what both clocks agree on.
    return { token: status.token, renewAt: before + lifetimeSeconds * 1000 * usedPart };
  }

  async function requestOfAccount() {
    const spec = { audiences: [], expirationSeconds: lifetimeSeconds };
    try {
      return await client.requestToken(account, spec);
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
    await client.create(serviceAccounts, { metadata: { ...account } }).catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
    return client.requestToken(account, spec);
  }

  async function current(): Promise<Held> {
    if (held && clock.monotonic() < held.renewAt) return held;
    asked ??= request().finally(() => {
      asked = undefined;
    });
    held = await asked;
    return held;
  }

  return {
    headers: async () => ({ authorization: `Bearer ${(await current()).token}` }),
    refused() {
      held = undefined;
    },
  };
}

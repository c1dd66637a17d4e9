// Owns who may use an HTTPS server other than the API's own, such as an agent's: a client certificate of the cluster's
// authority or a bearer token says who asks, and the API says whose the token is and what its holder may do. Answers are
// kept for a few seconds. Source: Kubernetes, "Kubelet authentication/authorization" and its delegating authenticators.
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Clock } from '@berth/host';
import {
  StatusError,
  type SubjectAccessReviewSpec,
  subjectAccessReviews,
  tokenReviews,
  type UserInfo,
} from '@berth/objects';
import type { Writer } from './interfaces.ts';

export interface DelegatedAccessOptions {
  /** May create token reviews and subject access reviews. */
  readonly client: Pick<Writer, 'create'>;
  readonly clock: Clock;
}

/** What is asked for: one of the two, as in a SubjectAccessReview. */
type Asked = Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

export interface DelegatedAccess {
  /**
   * Undefined: the request names nobody. Throws `Unauthorized` for a token that is nobody's. The server must have asked
   * for a client certificate and know the authority.
   */
  userOf(request: Pick<IncomingMessage, 'socket' | 'headers'>): Promise<UserInfo | undefined>;
  allows(user: UserInfo, asked: Asked): Promise<boolean>;
}

const keptMs = 10_000;
const mostKept = 1_000;

export function createDelegatedAccess({ client, clock }: DelegatedAccessOptions): DelegatedAccess {
  const users = new Answers<UserInfo | undefined>(clock);
  const verdicts = new Answers<boolean>(clock);

  async function userOfToken(token: string): Promise<UserInfo | undefined> {
    const { status } = await client.create(tokenReviews, { metadata: {}, spec: { token } });
    const { username: name, groups = [], uid, extra } = status.user ?? {};
    return status.authenticated && name ? { name, groups, uid, extra } : undefined;
  }

  async function ask({ name, uid, groups, extra }: UserInfo, asked: Asked): Promise<boolean> {
    const spec = { user: name, uid, groups: [...groups], extra, ...asked };
    return (await client.create(subjectAccessReviews, { metadata: {}, spec })).status.allowed;
  }

  return {
    async userOf({ socket, headers }) {
      const user = socket instanceof TLSSocket ? userOfCertificate(socket, clock) : undefined;
      if (user) return user;
      const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
      if (token === undefined) return undefined;
      const found = await users.get(token, () => userOfToken(token));
      if (!found) throw new StatusError('Unauthorized', 'Unauthorized');
      return found;
    },
    allows: (user, asked) => verdicts.get(JSON.stringify([user, asked]), () => ask(user, asked)),
  };
}

function userOfCertificate(socket: TLSSocket, clock: Clock): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const { subject, valid_to: end } = socket.getPeerCertificate();
  // Of several names the last one counts, as for the API server.
  const name = [subject?.CN ?? []].flat().at(-1);
  if (!name || Date.parse(end) <= clock.now()) return undefined;
  return { name, groups: [...[subject.O ?? []].flat(), 'system:authenticated'] };
}

/** One question for all who want to know the same within some seconds. A question that fails is asked again. */
class Answers<T> {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly until: number; readonly answer: Promise<T> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic();
    const kept = this.#kept.get(key);
    if (kept && now < kept.until) return kept.answer;
    const answer = ask();
    const entry = { until: now + keptMs, answer };
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    answer.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return answer;
  }
}

// Owns the people and their sessions: the one-time link that sets the first password, signing in and out, and what a
// cookie's token stands for. Tokens and passwords are kept as hashes only.
import { createHash } from 'node:crypto';
import type { Database } from '@berth/db';
import type { Clock, Random } from '@berth/host';
import type { SessionSummary } from '../answers.ts';
import { recordAudit } from '../audit.ts';
import { Refusal } from '../errors.ts';
import { SignInAttempts } from './attempts.ts';
import { hashPassword, passwordMatches } from './password.ts';
import type { Session } from './session.ts';

/** Who signs in, and from where. */
interface From {
  readonly address: string;
  readonly userAgent: string;
}

/** A new session, and the token that stands for it: known to the browser alone. */
export interface Issued {
  readonly token: string;
  readonly session: Session;
}

interface AccountsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

/** A session ends when it was not used for so long. */
const lifetimeMs = 7 * 24 * 60 * 60_000;
/** A session that is used is renewed at most so often: reading is not writing. */
const renewalMs = 60 * 60_000;
const tokenLength = 40;
const adminName = 'admin';

export class Accounts {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #attempts: SignInAttempts;
  readonly #endListeners = new Set<(sessionIds: readonly string[]) => void>();

  constructor({ database, clock, random }: AccountsOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
    this.#attempts = new SignInAttempts(clock);
  }

  /**
   * Makes the administrator if there is none, sets the given password, and forgets sessions that have run out. Without
   * any password, resolves with the token of a new one-time link; earlier ones stay good until one is used.
   */
  async prepare(adminPassword?: string): Promise<{ setUpToken?: string }> {
    const now = this.#now();
    const admin = await this.#database.user.upsert({
      where: { name: adminName },
      create: { name: adminName, groups: 'system:masters', createdAt: now },
      update: {},
    });
    await this.#database.session.deleteMany({ where: { expiresAt: { lte: now } } });
    if (adminPassword && !(await passwordMatches(admin.passwordHash, adminPassword))) {
      await this.#setPassword(admin.id, adminPassword);
      return {};
    }
    if (admin.passwordHash || adminPassword) return {};
    const setUpToken = this.#random.suffix(tokenLength);
    await this.#database.setupLink.create({
      data: { tokenHash: hashOf(setUpToken), userId: admin.id, createdAt: now },
    });
    return { setUpToken };
  }

  async needsSetUp(): Promise<boolean> {
    return (await this.#database.user.count({ where: { passwordHash: { not: null } } })) === 0;
  }

  async isSetUpToken(token: string): Promise<boolean> {
    return (await this.#database.setupLink.count({ where: { tokenHash: hashOf(token) } })) === 1;
  }

  async setUp(given: { readonly token: string; readonly password: string }, from: From): Promise<Issued> {
    const link = await this.#database.setupLink.findUnique({ where: { tokenHash: hashOf(given.token) } });
    // Of two that use the link at once, one deletes it.
    const used = link && (await this.#database.setupLink.deleteMany({ where: { id: link.id } })).count === 1;
    if (!used) throw new Refusal('FORBIDDEN', 'this link was used already', { reason: 'LinkUsed' });
    await this.#setPassword(link.userId, given.password);
    return this.#issue(link.userId, from, 'set up');
  }

  /** Refuses without looking at the password when too many tries failed. */
  async signIn(given: { readonly name: string; readonly password: string }, from: From): Promise<Issued> {
    const attempt = { address: from.address, name: given.name };
    const waitMs = this.#attempts.waitMs(attempt);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      const message = `too many failed tries: wait ${retryAfterSeconds} s`;
      throw new Refusal('TOO_MANY_REQUESTS', message, { reason: 'TooManyTries', retryAfterSeconds });
    }
    // Counted before it is known, so that tries at the same time count too.
    this.#attempts.failed(attempt);
    const user = await this.#database.user.findUnique({ where: { name: given.name } });
    if (!(await passwordMatches(user?.passwordHash, given.password)) || !user) {
      await this.#audit(given.name, 'sign in', 'failed', `from ${from.address}`);
      throw new Refusal('UNAUTHORIZED', 'the name or the password is wrong', { reason: 'WrongPassword' });
    }
    this.#attempts.succeeded(attempt);
    return this.#issue(user.id, from, 'sign in');
  }

  /** The session that a token stands for, renewed when it was not for a while: somebody is using it. */
  async authenticate(token: string): Promise<(Session & { readonly renewed: boolean }) | undefined> {
    const found = await this.#find(token);
    if (!found) return undefined;
    const now = this.#now();
    const session = sessionOf(found, found.user);
    if (now.getTime() - found.lastSeenAt.getTime() < renewalMs) return { ...session, renewed: false };
    const expiresAt = this.#expiry();
    await this.#database.session.updateMany({ where: { id: found.id }, data: { lastSeenAt: now, expiresAt } });
    return { ...session, expiresAt: expiresAt.getTime(), renewed: true };
  }

  /** The same without renewing it: a page that stands open is no use of it. */
  async lookUp(token: string): Promise<Session | undefined> {
    const found = await this.#find(token);
    return found && sessionOf(found, found.user);
  }

  /** A person's sessions, the one used last first. */
  async sessions(current: Session): Promise<SessionSummary[]> {
    const found = await this.#database.session.findMany({
      where: { userId: current.userId, expiresAt: { gt: this.#now() } },
      orderBy: { lastSeenAt: 'desc' },
    });
    return found.map(({ id, userAgent, createdAt, lastSeenAt, expiresAt }) => ({
      id,
      current: id === current.id,
      userAgent,
      createdAt: createdAt.getTime(),
      lastSeenAt: lastSeenAt.getTime(),
      expiresAt: expiresAt.getTime(),
    }));
  }

  /** Ends a session of this person; nothing if there is none such. */
  async end(userId: string, sessionId: string): Promise<void> {
    const { count } = await this.#database.session.deleteMany({ where: { id: sessionId, userId } });
    if (count > 0) this.#ended([sessionId]);
  }

  /** Ends the person's other sessions: whoever knew the old password is out. */
  async changePassword(
    session: Session,
    given: { readonly current: string; readonly next: string },
    from: From,
  ): Promise<{ endedSessions: number }> {
    const attempt = { address: from.address, name: session.user.name };
    const waitMs = this.#attempts.waitMs(attempt);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new Refusal('TOO_MANY_REQUESTS', `wait ${retryAfterSeconds} s`, {
        reason: 'TooManyTries',
        retryAfterSeconds,
      });
    }
    this.#attempts.failed(attempt);
    const user = await this.#database.user.findUniqueOrThrow({ where: { id: session.userId } });
    if (!(await passwordMatches(user.passwordHash, given.current))) {
      throw new Refusal('FORBIDDEN', 'the current password is wrong', { reason: 'WrongPassword' });
    }
    this.#attempts.succeeded(attempt);
    return { endedSessions: await this.#setPassword(session.userId, given.next, session.id) };
  }

  /** Tells which sessions ended before their time. Returns the function that ends the subscription. */
  onEnded(listener: (sessionIds: readonly string[]) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  async #find(token: string) {
    const found = await this.#database.session.findUnique({
      where: { tokenHash: hashOf(token) },
      include: { user: true },
    });
    return found && found.expiresAt > this.#now() ? found : undefined;
  }

  /** Also voids the person's links and sessions, but for `kept`; resolves with how many sessions that were. */
  async #setPassword(userId: string, password: string, kept?: string): Promise<number> {
    const passwordHash = await hashPassword(password);
    const others = { userId, ...(kept ? { id: { not: kept } } : {}) };
    const sessions = await this.#database.session.findMany({ where: others, select: { id: true } });
    await this.#database.$transaction([
      this.#database.user.update({ where: { id: userId }, data: { passwordHash } }),
      this.#database.setupLink.deleteMany({ where: { userId } }),
      this.#database.session.deleteMany({ where: others }),
    ]);
    this.#ended(sessions.map(({ id }) => id));
    return sessions.length;
  }

  async #issue(userId: string, { address, userAgent }: From, verb: string): Promise<Issued> {
    const token = this.#random.suffix(tokenLength);
    const now = this.#now();
    const created = await this.#database.session.create({
      data: {
        tokenHash: hashOf(token),
        userId,
        userAgent: userAgent.slice(0, 300),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: this.#expiry(),
      },
      include: { user: true },
    });
    await this.#audit(created.user.name, verb, 'ok', `from ${address}`);
    return { token, session: sessionOf(created, created.user) };
  }

  #audit(user: string, verb: string, outcome: 'ok' | 'failed', detail: string): Promise<void> {
    const parts = { database: this.#database, clock: this.#clock };
    return recordAudit(parts, user.slice(0, 100), { verb, resource: 'sessions' }, { outcome, detail });
  }

  #ended(sessionIds: readonly string[]): void {
    if (sessionIds.length > 0) for (const listener of this.#endListeners) listener(sessionIds);
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }

  #expiry(): Date {
    return new Date(this.#clock.now() + lifetimeMs);
  }
}

function sessionOf(
  row: { readonly id: string; readonly userId: string; readonly expiresAt: Date },
  user: { readonly name: string; readonly groups: string },
): Session {
  return {
    id: row.id,
    userId: row.userId,
    user: { name: user.name, groups: user.groups.split(',').filter(Boolean) },
    expiresAt: row.expiresAt.getTime(),
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

// Owns what a procedure gets to work with. The gateway fills it in; the tests fill it in with fakes.
import type { Client } from '@berth/client';
import type { Database } from '@berth/db';
import type { Clock, Logger } from '@berth/host';
import type { ReplicationController, UserInfo } from '@berth/objects';
import type { ScalePreview } from './answers.ts';
import type { Accounts } from './auth/accounts.ts';
import type { ApiTokens } from './auth/api-tokens.ts';
import type { Session } from './auth/session.ts';
import type { Cluster } from './live/cluster.ts';

/** Asks the scheduler what a scale would do; the composition provides it. */
export type PreviewScale = (
  controller: ReplicationController,
  replicas: number,
) => Promise<Omit<ScalePreview, 'current' | 'replicas'>>;

/** What a program has to know of the API to speak with it. */
export interface ApiEndpoint {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM of the authority by which it is known. */
  readonly ca: string;
}

/** What all requests share. */
export interface Parts {
  /** The cluster's API, acting as this user. */
  readonly api: (user: UserInfo) => Client;
  /** What the gateway itself watches; shared by all browsers. */
  readonly cluster: Cluster;
  readonly accounts: Accounts;
  readonly apiTokens: ApiTokens;
  /** Where programs reach the API. */
  readonly endpoint: () => ApiEndpoint;
  readonly database: Database;
  readonly previewScale: PreviewScale;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The browser that asks. */
interface Browser {
  /** The address that it connects from. */
  readonly address: string;
  readonly userAgent: string;
  /** Hands it the session's token in a cookie; undefined takes the cookie away. */
  setToken(token: string | undefined, expiresAt?: number): void;
}

export interface Context {
  readonly parts: Parts;
  readonly browser: Browser;
  readonly session: Session | undefined;
}

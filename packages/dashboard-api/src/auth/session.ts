// Owns what a session is. How one comes about is `accounts.ts`.
import type { UserInfo } from '@berth/objects';

export interface Session {
  readonly id: string;
  readonly userId: string;
  /** As whom the gateway acts on the cluster. */
  readonly user: UserInfo;
  readonly expiresAt: number;
}

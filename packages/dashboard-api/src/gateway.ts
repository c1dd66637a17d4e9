// Owns what the composition sees of the gateway: its options, its start and its end. What it is made of is loaded when
// it starts, so that a process that comes up quickly need not wait for it.
import type { Client, Reader, Watcher, Writer } from '@berth/client';
import type { Database } from '@berth/db';
import type { Clock, Component, Logger, Random } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import type { ApiEndpoint, PreviewScale } from './context.ts';

export interface GatewayOptions {
  /** The cluster's API, acting as this user. */
  readonly api: (user: UserInfo) => Client;
  /** The same, acting as the gateway itself: it watches for all browsers, and keeps people's API tokens. */
  readonly client: Reader & Watcher & Writer;
  /** Opened at start, closed at the end. */
  readonly openDatabase: () => Promise<Database>;
  readonly previewScale: PreviewScale;
  /** Where programs reach the API; asked for once a token is made. */
  readonly endpoint: () => ApiEndpoint;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The exported dashboard. */
  readonly staticDirectory: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Names by which browsers may reach it, besides addresses and localhost. */
  readonly hostNames?: readonly string[];
  /** How many connections are taken at the same time; left out: as many as come. */
  readonly mostConnections?: number;
  /** Sets the administrator's password, in place of the one-time link. */
  readonly adminPassword?: string;
}

export interface Gateway extends Component {
  /** Where the dashboard is; once started. */
  readonly url: string;
  /** The one-time link that sets the administrator's password; once started, and undefined when there is one. */
  readonly setUpUrl: string | undefined;
}

export function createGateway(options: GatewayOptions): Gateway {
  let started: Omit<Gateway, keyof Component> | undefined;
  return {
    name: 'dashboard',
    get url() {
      if (!started) throw new Error('the dashboard has not started');
      return started.url;
    },
    get setUpUrl() {
      return started?.setUpUrl;
    },
    async start(signal) {
      const { serve } = await import('./serve.ts');
      const { done, ...serving } = await serve(options, signal);
      started = serving;
      return { done };
    },
  };
}

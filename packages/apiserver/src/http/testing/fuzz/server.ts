// Owns the server that is fuzzed: the real core and HTTPS over a temporary store, and what can only be seen from inside.

import { Duplex } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { type Logger, Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import {
  apiVersionOf,
  decode,
  isReason,
  type Kind,
  type KubeObject,
  kinds,
  namespaces,
  portChannels,
  StatusError,
  serviceAccounts,
} from '@berth/objects';
import { createApiCore } from '../../../registry/api-core.ts';
import type { PodStreams } from '../../../streams/port.ts';
import { fakeChannels } from '../../../streams/testing/fake-channels.ts';
import type { TestApi } from '../../../testing/index.ts';
import { startTestServer } from '../test-server.ts';
import type { ServerAddress } from './exchange.ts';
import { told } from './judge.ts';
import { namespaceNames } from './targets.ts';

export interface Health {
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** The longest that the event loop was kept since the last question. */
  readonly longestBlockMs: number;
  /** What the server logged as an error since then. */
  readonly errors: readonly string[];
}

/** In this process or another one. */
export interface FuzzedServer extends AsyncDisposable {
  readonly at: ServerAddress;
  health(): Promise<Health>;
  /** Reads all that is stored, as the store has it and as a server that starts anew has it. Returns what is wrong. */
  inspect(): Promise<readonly string[]>;
}

export async function startFuzzedServer(): Promise<FuzzedServer> {
  const errors: string[] = [];
  const server = await startTestServer({ tokens: true, streams: noStreams, log: collecting(errors) });
  const { api, admin } = server.test;
  for (const name of namespaceNames) await server.test.namespace(name);
  await addAccounts(server.test);
  const blocks = watchEventLoop();
  return {
    at: { address: server.address, ca: server.credentials.ca, admin: server.credentials.admin },
    async health() {
      const { heapUsed, rss } = process.memoryUsage();
      const longestBlockMs = blocks.take();
      await addAccounts(server.test);
      return { heapBytes: heapUsed, rssBytes: rss, longestBlockMs, errors: errors.splice(0) };
    },
    async inspect() {
      const problems: string[] = [];
      for (const kind of kinds) {
        const { items } = await api.list(admin, kind.resource, {});
        for (const item of items) problems.push(...problemsOf(kind, item));
      }
      return [...problems, ...(await readAnew(server.test))];
    },
    async [Symbol.asyncDispose]() {
      blocks.stop();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** For how long the event loop was kept at a time. What others on the machine took of the time is left out. */
function watchEventLoop() {
  let longestMs = 0;
  let last = { wall: performance.now(), cpu: process.cpuUsage() };
  const timer = setInterval(() => {
    const wall = performance.now();
    const { user, system } = process.cpuUsage(last.cpu);
    longestMs = Math.max(longestMs, Math.min(wall - last.wall, (user + system) / 1000));
    last = { wall, cpu: process.cpuUsage() };
  }, 10);
  return {
    /** The longest since the last call. */
    take() {
      const taken = longestMs;
      longestMs = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

/** Without its account, which a request may have deleted, no pod can be created. */
async function addAccounts({ api, admin }: TestApi): Promise<void> {
  for (const namespace of namespaceNames) {
    const metadata = { name: 'default' };
    await api.create(admin, serviceAccounts, { namespace }, { metadata }).catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
  }
}

/** Agents are none of the fuzzer's business, and no request may reach beyond the server. */
const noStreams: PodStreams = {
  async log() {
    return (async function* () {
      yield Buffer.from('a line\n');
    })();
  },
  exec: silent,
  attach: silent,
  async connect(...[, , signal]) {
    const channels = await silent(undefined, undefined, signal);
    const send = () => {
      channels.say(portChannels.data, answer);
      channels.finish();
    };
    return { send, close: channels.close, [Symbol.asyncIterator]: channels[Symbol.asyncIterator] };
  },
  read: async () => '',
  async connectAgent() {
    return new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        this.push(answer);
        this.push(null);
        done();
      },
    });
  },
};

/** What every program behind a proxy says. */
const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<a href="/x">';

async function silent(...[, , signal]: readonly [unknown, unknown, AbortSignal]) {
  const channels = fakeChannels();
  signal.addEventListener('abort', () => channels.close(), { once: true });
  return channels;
}

function collecting(errors: string[]): Logger {
  const log: Logger = {
    ...silentLogger,
    error: (fields, message) =>
      errors.push(
        `${message}: ${told((fields as { err?: unknown }).err)} ${JSON.stringify({ ...fields, err: undefined })}`,
      ),
    child: () => log,
  };
  return log;
}

/** Whether a stored object is one that the server would write again. */
function problemsOf(kind: Kind, object: KubeObject): string[] {
  const where = `${kind.resource.kind} of ${apiVersionOf(kind.resource)}, ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  try {
    const { object: again, warnings } = decode(kind.resource, object, { fieldValidation: 'Warn' });
    const changed = isSame(again, object) ? [] : [`${where} is not what it decodes to: ${JSON.stringify(object)}`];
    const invalid = kind.validate(object).map(({ field, message }) => `${where} is invalid: ${field}: ${message}`);
    return [...warnings.map((warning) => `${where}: ${warning}`), ...changed, ...invalid];
  } catch (error) {
    return [`${where} cannot be decoded: ${error instanceof StatusError ? error.message : told(error)}`];
  }
}

/** As JSON, which is all that a client or the store sees of them. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}

/** A second core over the same store must come up, and show the same. */
async function readAnew({ api, admin, store }: TestApi): Promise<string[]> {
  const second = createApiCore({
    store,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    metrics: new Registry(),
  });
  const stop = new AbortController();
  const running = await second.start(stop.signal);
  const problems: string[] = [];
  for (const { resource } of kinds) {
    const [one, other] = await Promise.all([api.list(admin, resource, {}), second.list(admin, resource, {})]);
    if (!isSame(one.items, other.items)) problems.push(`${resource.plural} are others after a start`);
  }
  await second.get(admin, namespaces, { name: namespaceNames[0] });
  stop.abort();
  await running.done;
  return problems;
}

// Owns what controllers and scheduler tell of themselves when they run apart from the API, at the ports where Kubernetes'
// tell it: `/healthz` to anybody, `/metrics` to whom the API lets read it. Beside the API, it is the API that tells.
// Source: Kubernetes, delegated authentication and authorization of its components.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { hostname } from 'node:os';
import { issueSelfSigned } from '@berth/apiserver';
import { createDelegatedAccess, type DelegatedAccess } from '@berth/client';
import { aborted, type Clock, type Component, type Logger, type Registry, sleep } from '@berth/host';
import { StatusError, type UserInfo } from '@berth/objects';
import type { Access, PartName } from './access.ts';
import type { ServerOptions } from './options.ts';

export interface LoopsServerOptions {
  readonly options: Pick<ServerOptions, 'components' | 'loopsAddress' | 'controllersPort' | 'schedulerPort'>;
  readonly access: Pick<Access, 'part' | 'endpoint'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
}

/** A certificate lives for a year. */
const renewMs = 30 * 24 * 3600 * 1000;
const healthPaths: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);
const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** One for each of the loops that run here. */
export function loopsServers(given: LoopsServerOptions): Component[] {
  const { components, controllersPort, schedulerPort } = given.options;
  return [
    ...(components.includes('controllers') && controllersPort ? [{ part: manager, port: controllersPort }] : []),
    ...(components.includes('scheduler') && schedulerPort ? [{ part: scheduler, port: schedulerPort }] : []),
  ].map((place) => loopsServer(given, place));
}

const manager: PartName = 'kube-controller-manager';
const scheduler: PartName = 'kube-scheduler';

interface Place {
  readonly part: PartName;
  readonly port: number;
}

function loopsServer({ options, access, clock, log, metrics }: LoopsServerOptions, { part, port }: Place): Component {
  const { loopsAddress: host } = options;
  const hosts = ['localhost', '127.0.0.1', '::1', hostname(), host];
  const identity = async () => {
    const pair = await issueSelfSigned({ commonName: part, hosts: [...new Set(hosts)] }, clock);
    return { ...pair, ca: access.endpoint(part).ca };
  };

  async function renew(server: Server, signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(clock, renewMs, signal);
      if (signal.aborted) return;
      server.setSecureContext(await identity());
    }
  }

  return {
    name: `metrics of ${part}`,
    async start(signal) {
      const delegated = createDelegatedAccess({ client: access.part(part), clock });
      // Whether a certificate is a good one is said with a Status, not with a broken handshake.
      const tls = { ...(await identity()), requestCert: true, rejectUnauthorized: false };
      const server = createServer(tls, (request, response) => {
        void answer({ delegated, metrics, log }, request, response);
      });
      await listening(server, { host, port });
      log.info({ part, address: `https://${host}:${port}` }, 'tells of itself');
      const renewed = renew(server, signal);
      const done = aborted(signal).then(async () => {
        server.close();
        server.closeAllConnections();
        await renewed;
      });
      return { done };
    },
  };
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Answering {
  readonly delegated: DelegatedAccess;
  readonly metrics: Registry;
  readonly log: Logger;
}

async function answer(
  { delegated, metrics, log }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { pathname: path } = new URL(request.url ?? '/', 'https://loops');
    if (healthPaths.has(path)) {
      response.end('ok');
      return;
    }
    const user = (await delegated.userOf(request)) ?? anonymous;
    const verb = (request.method ?? 'GET').toLowerCase();
    if (!(await delegated.allows(user, { nonResourceAttributes: { path, verb } })))
      throw new StatusError('Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`);
    if (path !== '/metrics') throw new StatusError('NotFound', 'the server could not find the requested resource');
    if (verb !== 'get') throw new StatusError('MethodNotAllowed', `${request.method} is not supported here`);
    const text = await metrics.metrics();
    response.setHeader('Content-Type', metrics.contentType);
    response.end(text);
  } catch (error) {
    if (!(error instanceof StatusError)) log.warn({ err: error }, 'a question about the loops failed');
    const status = error instanceof StatusError ? error : new StatusError('InternalError', String(error));
    response.statusCode = status.code;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(status.toStatus()));
  }
}

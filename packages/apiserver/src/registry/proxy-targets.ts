// Owns where the requests of the `proxy` subresource go: which port of which pod, or which node's agent, a name in a URL
// means. Source: Kubernetes, "Access Services Running on Clusters", and its registries of pods, services and nodes.
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Random } from '@berth/host';
import {
  badRequestError,
  endpoints,
  isReason,
  kindOf,
  type Node,
  type Notices,
  nodes,
  notFoundError,
  type Pod,
  pods,
  qualifiedName,
  type Resource,
  StatusError,
  services,
  type UserInfo,
} from '@berth/objects';
import type { AdmitConnect } from '../admission/connect.ts';
import type { PodStreams } from '../streams/port.ts';
import { type Authorizer, refusal } from './authorization.ts';
import { type PodWays, placesOf, wayThrough } from './pod-ways.ts';
import type { Reads } from './reads.ts';

interface ProxyRequest {
  readonly resource: Resource;
  readonly namespace?: string;
  /** `[SCHEME:]NAME[:PORT]` */
  readonly name: string;
  /** What the method stands for, in terms of a role. */
  readonly verb: string;
  /** What is asked of the program, with its leading slash. */
  readonly path: string;
  readonly notices?: Notices;
}

export interface ProxyTarget {
  /** By which the program at the other end would be named in a URL: `10.244.1.3:8080`. */
  readonly host: string;
  /** A connection over which HTTP/1.1 is spoken; where TLS is asked for, it is done. Ends with the signal. */
  connect(signal: AbortSignal): Promise<Duplex>;
}

/** Throws StatusError if the user may not, or where nothing can be reached. */
export type OpenProxy = (user: UserInfo, request: ProxyRequest) => Promise<ProxyTarget>;

interface Asked {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  /** Empty: none was named. */
  readonly port: string;
}

export interface ProxyTargetsOptions {
  readonly reads: Reads;
  readonly authorizer: Authorizer;
  readonly admitConnect: AdmitConnect;
  readonly streams: PodStreams | undefined;
  readonly ways: PodWays;
  readonly random: Random;
}

export function createOpenProxy(options: ProxyTargetsOptions): OpenProxy {
  const { reads, authorizer, admitConnect, streams, ways, random } = options;

  async function ofNode({ name, port }: Asked): Promise<ProxyTarget> {
    const node = await reads.get(kindOf(nodes), { name });
    const { address, kubeletPort } = agentOf(node);
    if (port !== '' && port !== String(kubeletPort))
      throw badRequestError(`node ${name} is reached at its agent's port ${kubeletPort} alone, not at ${port}`);
    return { host: `${address}:${kubeletPort}`, connect: (signal) => wayThrough(streams).connectAgent(node, signal) };
  }

  async function ofPod({ scheme, name, port }: Asked, namespace: string | undefined): Promise<ProxyTarget> {
    const pod = await reads.get(kindOf(pods), { namespace, name });
    const number = port === '' ? (firstPort(pod) ?? (scheme === 'https' ? 443 : 80)) : portNumber(port, name);
    return toPod(pod, scheme, number);
  }

  async function ofService(asked: Asked, namespace: string | undefined): Promise<ProxyTarget> {
    const portName = await servicePortName(asked, namespace);
    const found = await reads.get(kindOf(endpoints), { namespace, name: asked.name }).catch(ofNoService(asked.name));
    for (const { address, port } of placesOf(found, portName, random)) {
      // Nobody reaches elsewhere by what an endpoint says.
      const pod = await ways.podAt(namespace, address);
      if (pod) return toPod(pod, asked.scheme, port);
    }
    throw new StatusError('ServiceUnavailable', `no endpoints available for service ${JSON.stringify(asked.name)}`);
  }

  /** A service without endpoints is there all the same; one that is not has none either. */
  function ofNoService(name: string): (error: unknown) => never {
    return (error) => {
      throw isReason(error, 'NotFound') ? notFoundError(services, name) : error;
    };
  }

  /** A number is one of the service's own ports, which has a name that may be empty. */
  async function servicePortName({ name, port }: Asked, namespace: string | undefined): Promise<string> {
    if (!/^\d+$/.test(port)) return port;
    const service = await reads.get(kindOf(services), { namespace, name });
    const found = service.spec.ports?.find((each) => each.port === Number(port));
    if (found) return found.name ?? '';
    throw new StatusError('ServiceUnavailable', `no service port ${port} found for service ${JSON.stringify(name)}`);
  }

  async function toPod(pod: Pod, scheme: Asked['scheme'], port: number): Promise<ProxyTarget> {
    if (!pod.status.podIP) throw badRequestError('address not allowed');
    const connect = await ways.to(pod);
    return {
      host: `${pod.status.podIP}:${port}`,
      async connect(signal) {
        const plain = await connect(port, signal);
        return scheme === 'https' ? encrypted(plain) : plain;
      },
    };
  }

  const finders = new Map<string, (asked: Asked, namespace: string | undefined) => Promise<ProxyTarget>>([
    [qualifiedName(nodes), ofNode],
    [qualifiedName(pods), ofPod],
    [qualifiedName(services), ofService],
  ]);

  return async (user, { resource, namespace, name, verb, path, notices }) => {
    const attributes = { verb, resource, subresource: 'proxy', namespace, name };
    if (!authorizer.allows(user, attributes)) throw refusal(user, attributes);
    const asked = askedOf(resource, name);
    const kind = `${resource.kind}ProxyOptions`;
    const options = { path, ...notices };
    await admitConnect(user, { resource, subresource: 'proxy', kind, target: { namespace, name }, options });
    return finders.get(qualifiedName(resource))!(asked, namespace);
  };
}

/** Source: Kubernetes, k8s.io/apimachinery/pkg/util/net, SplitSchemeNamePort. */
function askedOf({ singular }: Resource, id: string): Asked {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (parts.length > 3 || !name || !['', 'http', 'https'].includes(scheme))
    throw badRequestError(`invalid ${singular} request ${JSON.stringify(id)}`);
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

function portNumber(port: string, name: string): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw badRequestError(`invalid pod request ${JSON.stringify(`${name}:${port}`)}: ${port} is not a valid port`);
  return Number(port);
}

function firstPort({ spec }: Pod): number | undefined {
  return spec.containers.find(({ ports }) => ports?.length)?.ports?.[0]?.containerPort;
}

function agentOf({ metadata, status }: Node): { address: string; kubeletPort: number } {
  const kubeletPort = status?.daemonEndpoints?.kubeletEndpoint?.Port;
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? metadata.name;
  if (!kubeletPort)
    throw new StatusError('ServiceUnavailable', `node ${metadata.name} does not say where its agent is`);
  return { address, kubeletPort };
}

/** As Kubernetes does it: whose certificate it is, nobody can say of a pod. */
function encrypted(plain: Duplex): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ socket: plain, rejectUnauthorized: false });
    socket.once('secureConnect', () => resolve(socket));
    socket.on('error', reject);
    // A broken connection beneath is no error of the TLS stream above it.
    plain.once('close', () => socket.destroy(new Error('the connection was closed')));
  });
}

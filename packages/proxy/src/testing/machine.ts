// Owns a machine with pods made of network namespaces: real kernel, real nftables, nothing of the machine's own.
//
//   pod-1 (.1.2) ┐                                 ┌ pod-4 (.2.2)
//   pod-2 (.1.3) ┼ bridge .1.1 ── machine ── bridge .2.1
//   pod-3 (.1.4) ┘               │ .100.1
//                              caller (.100.2)                     all in 10.250.0.0/16
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

export interface AgentSettings {
  readonly nodeName: string;
  readonly gateway: string;
  readonly clusterNetwork: string;
  readonly serviceNetwork: string;
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  readonly table: string;
  readonly resolvConf: string;
}

/** Objects that come or go, or the API server to which the agent moves. */
export type Feed = readonly (
  | { readonly plural: string; readonly object?: unknown; readonly remove?: string }
  | { readonly apiServer: string }
)[];

export const addresses = {
  'pod-1': '10.250.1.2',
  'pod-2': '10.250.1.3',
  'pod-3': '10.250.1.4',
  'pod-4': '10.250.2.2',
  caller: '10.250.100.2',
} as const;
export type Place = keyof typeof addresses | 'machine';
export const machineAddress = '10.250.100.1';

/** The API servers listen on the machine's loopback address; the agent begins with the first. */
export const apiServers = { api: 'https://127.0.0.1:6443', 'another-api': 'https://127.0.0.1:6444' } as const;

const settings = {
  clusterNetwork: '10.250.0.0/18',
  serviceNetwork: '10.250.64.0/24',
  dnsAddress: '10.250.64.10',
  clusterDomain: 'cluster.test',
  table: 'berth',
};

/** Answers over TCP and UDP, on port 80 if no other is named, with its name and the address that it sees the caller as. */
const podProgram = `
const [name, port = 80, host = '::'] = process.argv.slice(2);
const say = (address) => name + ' ' + address.replace('::ffff:', '') + '\\n';
require('node:http').createServer((q, r) => r.end(say(q.socket.remoteAddress))).listen(port, host);
const udp = require('node:dgram').createSocket('udp4');
udp.on('message', (_, { port, address }) => udp.send(say(address), port, address)).bind(port, () => console.log('ready'));
`;

const udpProgram = `
const [address, port, from] = process.argv.slice(2);
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (answer) => { process.stdout.write(answer); process.exit(); });
socket.on('error', (error) => { console.error(error.code); process.exit(7); });
socket.bind(Number(from), () => socket.connect(Number(port), address, () => socket.send('?')));
setTimeout(() => process.exit(28), 1500);
`;

const lookupProgram = `
const [server, name, type] = process.argv.slice(2);
const resolver = new (require('node:dns').promises.Resolver)({ timeout: 1000, tries: 2 });
resolver.setServers([server]);
resolver.resolve(name, type).then((found) => console.log(JSON.stringify(found)), (error) => console.log(error.code));
`;

export class Machine implements AsyncDisposable {
  readonly #prefix = `berth-e2e-${process.pid}`;
  #directory = '';
  readonly #processes = new Set<ChildProcess>();

  async start(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'berth-e2e-proxy-'));
    for (const [name, text] of Object.entries({
      'pod.cjs': podProgram,
      'udp.cjs': udpProgram,
      'lookup.cjs': lookupProgram,
    }))
      await writeFile(join(this.#directory, name), text);
    await writeFile(
      join(this.#directory, 'resolv.conf'),
      `nameserver ${settings.dnsAddress}\nnameserver 10.250.100.2\n`,
    );
    await bundle(join(this.#directory, 'agent.mjs'));
    const places: readonly Place[] = ['machine', ...(Object.keys(addresses) as (keyof typeof addresses)[])];
    for (const place of places) await run('ip', ['netns', 'add', this.#namespace(place)]);
    await this.shell('machine', wiring());
    for (const [place, address] of Object.entries(addresses)) {
      await run('ip', [
        '-n',
        this.#namespace('machine'),
        'link',
        'set',
        `to-${place}-p`,
        'netns',
        this.#namespace(place as Place),
      ]);
      const gateway = `${address.split('.').slice(0, 3).join('.')}.1`;
      await this.shell(
        place as Place,
        `ip link set lo up; ip link set to-${place}-p name eth0; ip addr add ${address}/24 dev eth0; ip link set eth0 up
         ip route add default via ${gateway}`,
      );
    }
    for (const place of ['pod-1', 'pod-2', 'pod-3', 'pod-4'] as const)
      await ready(this.#spawn(place, [process.execPath, join(this.#directory, 'pod.cjs'), place]));
    for (const [name, url] of Object.entries(apiServers)) {
      const { hostname, port } = new URL(url);
      await ready(this.#spawn('machine', [process.execPath, join(this.#directory, 'pod.cjs'), name, port, hostname]));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes) await killed(child);
    const { stdout } = await run('ip', ['netns', 'list']);
    for (const [name] of stdout.matchAll(new RegExp(`^${this.#prefix}-\\S+`, 'gm')))
      await run('ip', ['netns', 'del', name]);
    await rm(this.#directory, { recursive: true, force: true });
  }

  async shell(place: Place, script: string): Promise<string> {
    return (await run('nsenter', [`--net=/var/run/netns/${this.#namespace(place)}`, 'sh', '-ec', script])).stdout;
  }

  /** `pod caller` as the pod that answered says it; what curl complains about if none did. */
  async get(place: Place, address: string): Promise<string> {
    return this.shell(place, `curl -sS --max-time 3 http://${address}/ 2>&1 || true`).then((text) => text.trim());
  }

  /** The same over UDP, from one source port, so that the kernel takes all of them for one flow. */
  async ask(place: Place, address: string, port: number): Promise<string> {
    return (await this.shell(place, `node ${this.#directory}/udp.cjs ${address} ${port} 5555 2>&1 || true`)).trim();
  }

  async lookup(place: Place, name: string, type: string): Promise<unknown> {
    const text = await this.shell(place, `node ${this.#directory}/lookup.cjs ${settings.dnsAddress} ${name} ${type}`);
    return text.startsWith('[') ? JSON.parse(text) : text.trim();
  }

  async agent(nodeName: string, gateway: string, feed: Feed): Promise<Agent> {
    const own: AgentSettings = { ...settings, nodeName, gateway, resolvConf: join(this.#directory, 'resolv.conf') };
    const child = this.#spawn('machine', [process.execPath, join(this.#directory, 'agent.mjs'), JSON.stringify(own)]);
    const agent = new Agent(child);
    await agent.feed(feed);
    return agent;
  }

  #spawn(place: Place, command: readonly string[]): ChildProcess {
    const child = spawn('nsenter', [`--net=/var/run/netns/${this.#namespace(place)}`, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#processes.add(child);
    child.once('exit', () => this.#processes.delete(child));
    return child;
  }

  #namespace(place: Place): string {
    return `${this.#prefix}-${place}`;
  }
}

export class Agent {
  readonly #child: ChildProcess;
  readonly #lines: NodeJS.AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.#child = child;
    const lines: Interface = createInterface({ input: child.stdout! });
    this.#lines = lines[Symbol.asyncIterator]() as NodeJS.AsyncIterator<string>;
  }

  /** Returns when the agent has them; what it makes of them takes it a moment. */
  async feed(feed: Feed): Promise<void> {
    this.#child.stdin!.write(`${JSON.stringify(feed)}\n`);
    const { done } = await this.#lines.next();
    if (done) throw new Error('the agent ended');
  }

  kill(): Promise<void> {
    return killed(this.#child);
  }
}

function wiring(): string {
  const pods = ['pod-1', 'pod-2', 'pod-3', 'pod-4'];
  return `
    ip link set lo up
    ip link add br-1 type bridge; ip addr add 10.250.1.1/24 dev br-1; ip link set br-1 up
    ip link add br-2 type bridge; ip addr add 10.250.2.1/24 dev br-2; ip link set br-2 up
    ${pods
      .map(
        (pod) => `ip link add to-${pod} type veth peer name to-${pod}-p
          ip link set to-${pod} master ${pod === 'pod-4' ? 'br-2' : 'br-1'} up
          ip link set to-${pod} type bridge_slave hairpin on`,
      )
      .join('\n')}
    ip link add to-caller type veth peer name to-caller-p
    ip addr add ${machineAddress}/24 dev to-caller; ip link set to-caller up
    ip route add default via ${addresses.caller}
    echo 1 > /proc/sys/net/ipv4/ip_forward
    echo 1 > /proc/sys/net/ipv4/conf/br-1/route_localnet
    echo 1 > /proc/sys/net/ipv4/conf/br-2/route_localnet`;
}

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./agent.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    logLevel: 'error',
  });
}

const run = promisify(execFile);

async function ready(child: ChildProcess): Promise<void> {
  await once(child.stdout!, 'data');
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

// Owns `berth up`: brings Docker Engine, Berth's images, the server and the agents up in order, says so in one line,
// and stops the processes in reverse when it is asked to. The pods' containers stay as they are.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpsClient, loadKubeconfig, openConnection, type Writer } from '@berth/client';
import { aborted, openDataDirectory, systemClock } from '@berth/host';
import { agentPorts, freeAgentPorts } from './agent-ports.ts';
import { isRoot, runProgram } from './commands.ts';
import { ensurePrograms, installDebianPackages } from './debian-packages.ts';
import { ensureEngine } from './engine.ts';
import { sayingWhatIsMissing } from './missing.ts';
import type { UpOptions } from './options.ts';
import { type Program, type ServerReady, startProgram } from './programs.ts';
import { project } from './project.ts';
import { claimDataDirectory } from './running.ts';
import { applySample } from './sample.ts';

type Say = (line: string) => void;

/** Exit code of the images' builder when busybox is not there. */
const busyboxMissing = 3;

export async function up(options: UpOptions): Promise<void> {
  const say: Say = (line) => console.log(`berth: ${line}`);
  const stop = stopSignal();
  const logs = join(options.dataDir, 'logs');
  openDataDirectory(options.dataDir);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  claimDataDirectory(options.dataDir);

  const server = startProgram<ServerReady>({
    name: 'server',
    role: 'server',
    args: serverArguments(options),
    logs,
  });
  const programs: Program<unknown>[] = [server];
  try {
    await Promise.race([bringUp({ options, server, programs, logs, say, stop }), aborted(stop)]);
    await aborted(stop);
  } finally {
    await stopInReverse(programs);
  }
}

interface Start {
  readonly options: UpOptions;
  readonly server: Program<ServerReady>;
  /** All that have been started, in order; whoever stops them may do so before everything is up. */
  readonly programs: Program<unknown>[];
  readonly logs: string;
  readonly say: Say;
  readonly stop: AbortSignal;
}

async function bringUp({ options, server, programs, logs, say, stop }: Start): Promise<void> {
  const [runtime, ready] = await Promise.all([prepareRuntime(options, logs, say), server.ready]);
  if (stop.aborted) return;
  const ports = runtime === 'docker' ? agentPorts(options.nodes) : await freeAgentPorts(options.nodes);
  if (stop.aborted) return;
  const agents = nodeNames(options).map((node, index) => {
    const args = agentArguments(options, { node, port: ports[index]!, runtime });
    return startProgram({ name: node, role: 'agent', args, logs });
  });
  programs.push(...agents);
  const connection = openConnection(loadKubeconfig(join(options.dataDir, 'admin.kubeconfig')).connection);
  const client = httpsClient(connection);
  await sayingWhatIsMissing(client, say, Promise.all(agents.map((agent) => agent.ready)));
  await applySampleOnce(client, options);
  await connection.close();
  console.log(announcement(options, ready, runtime));
  watchForEnds(programs, stop, say);
}

/** Once all nodes can take pods, so that they spread. A sample that somebody has deleted does not come back. */
async function applySampleOnce(client: Writer, { dataDir, sample }: UpOptions): Promise<void> {
  const decided = join(dataDir, 'sample-decided');
  if (existsSync(decided)) return;
  if (sample) await applySample(client, project('examples/hello'));
  writeFileSync(decided, `${sample}\n`);
}

function serverArguments(options: UpOptions): string[] {
  return [
    ['--data-dir', options.dataDir],
    ['--api-port', `${options.apiPort}`],
    ['--dashboard-port', `${options.dashboardPort}`],
    ['--store', options.store],
    ['--node-credentials', nodeNames(options).join(',')],
    ...(options.etcdEndpoints ? [['--etcd-endpoints', options.etcdEndpoints]] : []),
  ].flat();
}

function agentArguments(
  options: UpOptions,
  { node, port, runtime }: { node: string; port: number; runtime: UpOptions['runtime'] },
): string[] {
  return [
    ['--node-name', node],
    ['--port', `${port}`],
    ['--data-dir', options.dataDir],
    ['--runtime', runtime],
    // Every node of this machine has its part of it, so that together they promise no more than there is.
    ['--machine-share', `${1 / options.nodes}`],
  ].flat();
}

function nodeNames(options: UpOptions): string[] {
  return Array.from({ length: options.nodes }, (_, index) => `node-${index + 1}`);
}

/** Docker, with what Berth needs beside it; or the simulated runtime, and one sentence that says why. */
async function prepareRuntime(options: UpOptions, logs: string, say: Say): Promise<UpOptions['runtime']> {
  if (options.runtime === 'simulated') return 'simulated';
  if (process.platform !== 'linux') return simulatedBecause('real containers need Linux', say);
  if (!isRoot) return simulatedBecause('only root may make the networks of real containers', say);
  const engine = await ensureEngine({ clock: systemClock, logFile: join(logs, 'dockerd.log'), say });
  if (!engine.available) return simulatedBecause(engine.why, say);
  try {
    await ensurePrograms({ nft: 'nftables', ip: 'iproute2', iptables: 'iptables', conntrack: 'conntrack' }, say);
    await buildImages(say);
  } catch (error) {
    return simulatedBecause(`what real containers need could not be made ready (${lastLine(error)})`, say);
  }
  return 'docker';
}

/** Of a program that failed, its last words. */
function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}

function simulatedBecause(why: string, say: Say): 'simulated' {
  say(`${why}: the nodes run on the simulated runtime, which starts no real containers.`);
  return 'simulated';
}

async function buildImages(say: Say): Promise<void> {
  const builder = [project('images/build.mjs')];
  try {
    await runProgram(process.execPath, builder);
  } catch (error) {
    if ((error as { code?: unknown }).code !== busyboxMissing) throw error;
    await installDebianPackages(['busybox-static'], say);
    await runProgram(process.execPath, builder);
  }
}

function announcement(options: UpOptions, server: ServerReady, runtime: UpOptions['runtime']): string {
  const parts = [
    `Berth is up${runtime === 'simulated' ? ' (simulated nodes)' : ''}: API ${server.api}`,
    `dashboard ${server.dashboard}`,
    `KUBECONFIG=${join(options.dataDir, 'admin.kubeconfig')}`,
    ...(server.setupLink ? [`set the admin's password at ${server.setupLink}`] : []),
  ];
  return parts.join(' | ');
}

/** Without its server or with no agent left there is something to say, but nothing to tear down: pods go on running. */
function watchForEnds(programs: readonly Program<unknown>[], stop: AbortSignal, say: Say): void {
  for (const program of programs) {
    void program.ended.then((how) => {
      if (stop.aborted) return;
      say(`${program.name} ended (${how}); the pods' containers run on. Start it again with: ${program.again}`);
    });
  }
}

async function stopInReverse(programs: readonly Program<unknown>[]): Promise<void> {
  for (const program of [...programs].reverse()) {
    program.stop();
    await program.ended;
  }
}

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

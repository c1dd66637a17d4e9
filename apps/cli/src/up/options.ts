// Owns the flags of `berth up` and their environment twins.
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { twinName } from '../env.ts';

export interface UpOptions {
  readonly nodes: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly apiPort: number;
  readonly dashboardPort: number;
  readonly runtime: 'docker' | 'simulated';
  readonly store: 'embedded' | 'etcd';
  readonly etcdEndpoints: string | undefined;
  readonly sample: boolean;
}

export function upCommand(action: (options: UpOptions) => Promise<void>): Command {
  const command = new Command('up')
    .description('bring the cluster up on this machine: a server and its agents, in the foreground')
    .addOption(flag('--nodes <n>', 'how many nodes').default(2).argParser(integer(1, 250)))
    .addOption(flag('--data-dir <dir>', 'where everything is kept').default('.berth'))
    .addOption(flag('--api-port <port>', 'port of the API server').default(6443).argParser(integer(1, 65535)))
    .addOption(flag('--dashboard-port <port>', 'port of the dashboard').default(7070).argParser(integer(1, 65535)))
    .addOption(flag('--runtime <runtime>', 'what runs the pods').choices(['docker', 'simulated']).default('docker'))
    .addOption(flag('--store <store>', 'where the state is kept').choices(['embedded', 'etcd']).default('embedded'))
    .addOption(flag('--etcd-endpoints <urls>', 'comma-separated, with --store etcd'))
    .addOption(flag('--no-sample', 'do not apply examples/hello on the first start'));
  return command.action(async (flags: Omit<UpOptions, 'dataDir'> & { dataDir: string }) => {
    if (flags.store === 'etcd' && !flags.etcdEndpoints) command.error('error: --store etcd needs --etcd-endpoints');
    await action({ ...flags, dataDir: resolve(flags.dataDir) });
  });
}

function flag(flags: string, description: string): Option {
  const name = flags.slice(2).split(' ')[0]!;
  return new Option(flags, description).env(twinName(name));
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

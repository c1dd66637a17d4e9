// The `berth` program: brings a cluster up on this machine and takes it down. Composition only.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { systemClock } from '@berth/host';
import { Command, Option } from 'commander';
import { twinName } from './env.ts';
import { tokenCommand } from './token/command.ts';
import { upCommand } from './up/options.ts';
import { project } from './up/project.ts';
import { stopRunning } from './up/running.ts';
import { up } from './up/up.ts';

const program = new Command('berth')
  .description('a container cluster that speaks the Kubernetes API')
  .showHelpAfterError();

program.addCommand(upCommand(up));
program
  .command('down')
  .description('stop the cluster and remove every container, network, rule and route that Berth made on this machine')
  .addOption(new Option('--data-dir <dir>', 'where everything is kept').env(twinName('data-dir')).default('.berth'))
  .action(async (options: { dataDir: string }) => {
    const directory = resolve(options.dataDir);
    await stopRunning(directory, systemClock);
    await node(['apps/agent/dist/main.js', 'remove']);
    if (!process.exitCode)
      console.log('berth: removed every container, network, rule and route of Berth on this machine');
  });
program.addCommand(tokenCommand());
for (const role of ['server', 'agent']) {
  program
    .command(role)
    .description(
      `start ${role === 'server' ? 'a server' : 'an agent'} alone, in the foreground; --help lists its flags`,
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_options: object, command: Command) => node([`apps/${role}/dist/main.js`, ...command.args]));
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`berth: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** Runs one of the project's programs in the foreground and ends as it ends. */
function node([script, ...args]: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [project(script!), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.once('exit', (code, signal) => {
      process.exitCode = signal ? 1 : (code ?? 0);
      done();
    });
  });
}

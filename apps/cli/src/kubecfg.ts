// The `kubecfg` program: Berth's own client of the API, made for the eye. Composition only.
// Exit codes: 0 done; 1 the server or the cluster said no; 2 the command line was wrong; `exec` ends as its command did.
import { StatusError } from '@berth/objects';
import { Command, CommanderError } from 'commander';
import { addChangeCommands } from './kubecfg/change.ts';
import { addCompletion } from './kubecfg/completion.ts';
import { addDescribe } from './kubecfg/describe.ts';
import { addGenerateCommands } from './kubecfg/generate.ts';
import { addGet } from './kubecfg/get.ts';
import { addGlobalOptions } from './kubecfg/session.ts';
import { addStreamCommands } from './kubecfg/streams.ts';
import { UsageError } from './kubecfg/targets.ts';
import { addWriteCommands } from './kubecfg/write.ts';

const program = addGlobalOptions(new Command('kubecfg'))
  .description('drive a Berth cluster, or any that speaks the Kubernetes API')
  .exitOverride();
addGet(program);
addDescribe(program);
addWriteCommands(program);
addChangeCommands(program);
addStreamCommands(program);
addGenerateCommands(program);
addCompletion(program);
// Subcommands inherited nothing: they were made before exitOverride could reach them.
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has said what is wrong already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    console.error(`kubecfg: ${error.message}`);
    return 2;
  }
  const from =
    error instanceof StatusError && error.reason !== 'ServiceUnavailable'
      ? `Error from server (${error.reason}): `
      : 'kubecfg: ';
  console.error(`${from}${error instanceof Error ? error.message : String(error)}`);
  return 1;
}

// The `kubecfg` program: Berth's own client of the API, made for the eye. Composition only.
// Exit codes: 0 done; 1 the server or the cluster said no; 2 the command line was wrong; `exec` ends as its command did.
import { Command, CommanderError } from 'commander';
import { addChangeCommands } from './kubecfg/change.ts';
import { addCompletion } from './kubecfg/completion.ts';
import { addDescribe } from './kubecfg/describe.ts';
import { failed } from './kubecfg/failure.ts';
import { addGenerateCommands } from './kubecfg/generate.ts';
import { addGet } from './kubecfg/get.ts';
import { inheritHelp, setUpHelp } from './kubecfg/help.ts';
import { addLogs } from './kubecfg/logs.ts';
import { addPortForward } from './kubecfg/port-forward.ts';
import { addGlobalOptions } from './kubecfg/session.ts';
import { addTerminalCommands } from './kubecfg/terminal.ts';
import { addWriteCommands } from './kubecfg/write.ts';

const program = addGlobalOptions(new Command('kubecfg'))
  .description('Drives a Berth cluster, or any that speaks the Kubernetes API.')
  .exitOverride();
setUpHelp(program);
addGet(program);
addDescribe(program);
addWriteCommands(program);
addChangeCommands(program);
addLogs(program);
addTerminalCommands(program);
addPortForward(program);
addGenerateCommands(program);
addCompletion(program);
inheritHelp(program);

// Whoever reads us may leave first, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else failed(error);
}

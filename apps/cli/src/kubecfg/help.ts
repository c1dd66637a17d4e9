// Owns how kubecfg's help looks: one line for each command in the overview, examples in a command's own help.
import type { Command } from 'commander';
import { colour } from './colour.ts';

/** Before the commands are added. */
export function setUpHelp(program: Command): void {
  program.configureHelp({
    subcommandTerm: (command) => command.name(),
    styleTitle: (title) => colour.bold(title),
    styleSubcommandTerm: (term) => colour.cyan(term),
    styleOptionTerm: (term) => colour.cyan(term),
  });
  program.addHelpText('after', '\nkubecfg COMMAND --help shows the flags of a command, with examples.');
}

/** After the commands were added: what one is given at its creation, it does not inherit later. */
export function inheritHelp(program: Command): void {
  for (const command of program.commands) command.exitOverride().configureHelp({ showGlobalOptions: true });
}

/** The lines of a command's help that show it in use. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\n${colour.bold('Examples:')}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

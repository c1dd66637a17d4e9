// Owns shell completion: commands and flags from the program itself, types from the kinds, names from the cluster.

import { kinds } from '@berth/objects';
import { getCompletionScript, isShellSupported, log, parseEnv, SUPPORTED_SHELLS } from '@pnpm/tabtab';
import type { Command, Option } from 'commander';
import { completionEnvironment } from '../env.ts';
import { withSession } from './session.ts';
import { kindCalled, UsageError } from './targets.ts';

/** Commands whose first word is a resource type. */
const takeTypes = new Set(['get', 'describe', 'delete', 'scale', 'label', 'expose']);
/** Commands whose first word is a pod. */
const takePods = new Set(['logs', 'exec']);

export function addCompletion(program: Command): void {
  program
    .command('completion <shell>')
    .description('print the script that teaches your shell: source <(kubecfg completion bash)')
    .action(async (shell: string) => {
      if (!isShellSupported(shell)) throw new UsageError(`completion is there for ${SUPPORTED_SHELLS.join(', ')}`);
      console.log(await getCompletionScript({ name: 'kubecfg', completer: 'kubecfg', shell }));
    });
  program
    .command('completion-server', { hidden: true })
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => complete(program));
}

async function complete(program: Command): Promise<void> {
  const env = parseEnv(completionEnvironment());
  const [shell] = SUPPORTED_SHELLS.filter((name) => (completionEnvironment().SHELL ?? 'bash').endsWith(name));
  log(await candidates(program, env.partial.split(/\s+/).slice(1)), shell ?? 'bash');
}

/** What may stand where the last of `words` is being typed. */
export async function candidates(program: Command, words: readonly string[]): Promise<string[]> {
  const [name, ...rest] = words;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (!command || rest.length === 0) return program.commands.map((candidate) => candidate.name()).filter(isShown);
  const typing = rest.at(-1)!;
  if (typing.startsWith('-')) return [...command.options, ...program.options].map(({ long }: Option) => long ?? '');
  if (takePods.has(command.name())) return namesOf(command, 'pods');
  if (!takeTypes.has(command.name())) return [];
  if (rest.length === 1) return kinds.map(({ resource }) => resource.plural);
  return namesOf(command, rest[0]!);
}

function isShown(name: string): boolean {
  return name !== 'completion-server';
}

/** Nothing, rather than an error in the middle of a command line, where the cluster does not answer. */
async function namesOf(command: Command, type: string): Promise<string[]> {
  const names: string[] = [];
  try {
    await withSession(command, async ({ client, namespace }) => {
      const { resource } = kindCalled(type);
      const { items } = await client.list(resource, { namespace });
      names.push(...items.map(({ metadata }) => metadata.name));
    });
  } catch {
    return [];
  }
  return names;
}

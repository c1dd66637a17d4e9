// Owns shell completion: the scripts for the shells, and what may stand where one types: commands and flags from the
// program itself, types and names from the cluster.
import { kinds, type Pod, pods, qualifiedName } from '@berth/objects';
import type { Command, Option } from 'commander';
import { named } from './kinds.ts';
import { type GlobalOptions, type Session, withConnection } from './session.ts';
import { kindCalled, UsageError } from './targets.ts';

/** Each asks the hidden command with the words up to the cursor; where that knows nothing, files are offered. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_kubecfg() {
  local IFS=$'\\n'
  COMPREPLY=($(kubecfg complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _kubecfg kubecfg`,
  zsh: `#compdef kubecfg
_kubecfg() {
  local -a found
  found=(\${(f)"$(kubecfg complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
compdef _kubecfg kubecfg`,
  fish: `function __kubecfg
  set -l words (commandline -opc) (commandline -ct)
  set -l found (kubecfg complete -- $words[2..] 2>/dev/null)
  if test -n "$found"
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c kubecfg -f -a '(__kubecfg)'`,
};

export function addCompletion(program: Command): void {
  program
    .command('completion <shell>')
    .description('print the script that teaches your shell: source <(kubecfg completion bash)')
    .action((shell: string) => {
      const script = scripts[shell];
      if (!script) throw new UsageError(`completion is there for ${Object.keys(scripts).join(', ')}`);
      console.log(script);
    });
  program.command('complete [words...]', { hidden: true }).action(async (words: string[]) => {
    const typing = words.at(-1) ?? '';
    // Nothing, rather than an error in the middle of a command line, where the cluster does not answer.
    const found = await candidates(program, words).catch(() => []);
    console.log(found.filter((candidate) => candidate.startsWith(typing)).join('\n'));
  });
}

/** Commands whose first operand is a resource type. */
const takeTypes = new Set(['get', 'describe', 'delete', 'scale', 'label', 'expose']);
/** Commands whose first operand is a pod. */
const takePods = new Set(['logs', 'exec', 'attach', 'port-forward']);

/** What may stand where the last of `words` is being typed. */
async function candidates(program: Command, words: readonly string[]): Promise<readonly string[]> {
  const typing = words.at(-1) ?? '';
  const { command, operands, flag, globals } = parsed(program, words.slice(0, -1));
  if (flag) return valuesOf(flag, globals, operands[0]);
  const flags = [...(command?.options ?? []), ...program.options];
  if (typing.startsWith('-')) return flags.map(({ long }) => long ?? '');
  if (!command)
    return program
      .createHelp()
      .visibleCommands(program)
      .map((each) => each.name());
  if (command.name() === 'completion') return Object.keys(scripts);
  if (takePods.has(command.name())) return operands.length === 0 ? namesOf(globals, 'pods') : [];
  if (!takeTypes.has(command.name())) return [];
  const [type = ''] = typing.split('/');
  if (typing.includes('/')) {
    const names = await namesOf(globals, type);
    return names.map((name) => `${type}/${name}`);
  }
  const [first] = operands;
  if (first === undefined) return typesOf(globals);
  return first.includes('/') ? [] : namesOf(globals, first);
}

/** What the server has; where it does not answer, what there mostly is. */
async function typesOf(globals: GlobalOptions): Promise<readonly string[]> {
  const found = await withConnection(globals, ({ client }) => client.discover()).catch(() => undefined);
  const resources = found ? found.filter(({ verbs }) => verbs.includes('list')) : kinds.map(({ resource }) => resource);
  const plurals = new Set<string>();
  return resources.map((resource) => {
    // Of two of one name, the second one needs its group.
    const name = plurals.has(resource.plural) ? qualifiedName(resource) : resource.plural;
    plurals.add(resource.plural);
    return name;
  });
}

interface Parsed {
  readonly command: Command | undefined;
  readonly operands: readonly string[];
  /** The flag whose value comes next. */
  readonly flag: Option | undefined;
  readonly globals: GlobalOptions;
}

function parsed(program: Command, words: readonly string[]): Parsed {
  const globals: Record<string, string> = {};
  const operands: string[] = [];
  let command: Command | undefined;
  let flag: Option | undefined;
  for (const word of words) {
    if (flag) {
      if (program.options.includes(flag)) globals[flag.attributeName()] = word;
      flag = undefined;
    } else if (word.startsWith('-')) {
      const option = [...(command?.options ?? []), ...program.options].find(
        ({ short, long }) => word === short || word === long,
      );
      if (option?.required) flag = option;
    } else if (command) {
      operands.push(word);
    } else {
      command = program.commands.find((each) => each.name() === word);
    }
  }
  return { command, operands, flag, globals };
}

async function valuesOf(flag: Option, globals: GlobalOptions, pod: string | undefined): Promise<readonly string[]> {
  if (flag.argChoices) return flag.argChoices;
  if (flag.attributeName() === 'namespace') return namesOf(globals, 'namespaces');
  if (flag.attributeName() !== 'container' || pod === undefined) return [];
  const containers = async ({ client, namespace }: Session) =>
    (await client.get<Pod>(pods, { namespace, name: pod })).spec.containers.map(({ name }) => name);
  return withConnection(globals, containers);
}

function namesOf(globals: GlobalOptions, type: string): Promise<readonly string[]> {
  return withConnection(globals, async (session) => {
    const { client, namespace } = session;
    const { resource } = await named(session, (known) => kindCalled(type, known));
    const { items } = await client.list(resource, resource.namespaced ? { namespace } : {});
    return items.map(({ metadata }) => metadata.name);
  });
}

// Owns `logs`, and which pods a command that talks with one means.
import { linesOf } from '@berth/client';
import { type Pod, pods } from '@berth/objects';
import type { Command } from 'commander';
import { duration, wholeNumber } from './arguments.ts';
import { colour } from './colour.ts';
import { examples } from './help.ts';
import { type Session, withSession } from './session.ts';
import { parseObject, UsageError } from './targets.ts';

export function addLogs(program: Command): void {
  examples(program.command('logs [pod]').description('print what a pod’s containers wrote'), [
    'kubecfg logs -f hello-x4x2z',
    'kubecfg logs -f -l app=web   of all pods with the label, each in its colour',
    'kubecfg logs rc/hello        of the controller’s first pod',
  ])
    .option('-f, --follow', 'stay, and print what comes')
    .option('-c, --container <name>', 'which container')
    .option('-l, --selector <selector>', 'all pods with these labels')
    .option('-p, --previous', 'of the container that ran before')
    .option('--tail <lines>', 'only the last lines', wholeNumber)
    .option('--since <duration>', 'only what is younger, such as 90s, 5m or 1h', duration)
    .option('--timestamps', 'with the time of each line')
    .action((pod: string | undefined, options: LogsOptions, command: Command) =>
      withSession(command, (session) => logs(session, pod, options)),
    );
}

interface LogsOptions {
  readonly follow?: boolean;
  readonly container?: string;
  readonly selector?: string;
  readonly previous?: boolean;
  readonly tail?: number;
  readonly since?: number;
  readonly timestamps?: boolean;
}

async function logs(session: Session, pod: string | undefined, options: LogsOptions): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { follow, previous, timestamps, tail: tailLines, since: sinceSeconds } = options;
  const sources = (await podsOf(session, pod, options)).flatMap((source) => sourcesOf(source, options));
  if (sources.length === 0) console.error(`No pods found in ${session.namespace} namespace.`);
  const read = async ({ name, container }: Source) => {
    const query = { container, follow, previous, timestamps, tailLines, sinceSeconds };
    const bytes = await session.client.log({ namespace: session.namespace, name }, query, interrupted.signal);
    if (sources.length === 1) for await (const chunk of bytes) process.stdout.write(chunk);
    const prefix = `${colourOf(name)(`${name}/${container}`)} `;
    for await (const lines of linesOf(bytes)) process.stdout.write(lines.map((line) => `${prefix}${line}\n`).join(''));
  };
  // Followed logs interleave as they come; finished ones stand one after the other.
  const finished = follow ? Promise.all(sources.map(read)) : inTurn(sources, read);
  await finished.catch((error: unknown) => {
    if (!interrupted.signal.aborted) throw error;
  });
}

interface Source {
  readonly name: string;
  readonly container: string;
}

/** All containers of pods found by labels; of one pod the named container, or the one that stands for it. */
function sourcesOf(pod: Pod, { container, selector }: LogsOptions): readonly Source[] {
  const { name } = pod.metadata;
  if (container) return [{ name, container }];
  if (!selector) return [{ name, container: defaultContainer(pod) }];
  return pod.spec.containers.map((each) => ({ name, container: each.name }));
}

/** kubectl's annotation for it, else the first; says which, where there are others. */
export function defaultContainer({ metadata, spec }: Pod): string {
  const names = spec.containers.map(({ name }) => name);
  const chosen = metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? names[0]!;
  if (names.length > 1) console.error(`container ${chosen} of ${names.join(', ')}; -c chooses another`);
  return chosen;
}

async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await act(item);
}

async function podsOf(session: Session, pod: string | undefined, options: LogsOptions): Promise<readonly Pod[]> {
  const { namespace, client } = session;
  if (options.selector) return (await client.list(pods, { namespace, labelSelector: options.selector })).items;
  if (pod === undefined) throw new UsageError('give a pod, or -l SELECTOR');
  return [await podCalled(session, pod)];
}

/** `NAME` of a pod, or `TYPE/NAME` of what has pods: then its first. */
export async function podCalled({ namespace, client }: Session, word: string): Promise<Pod> {
  const { kind, name } = parseObject([word], 'pod');
  if (kind.resource.plural === 'pods') return client.get(pods, { namespace, name });
  const owner = await client.get(kind.resource, { namespace, name });
  const { items } = await client.list(pods, { namespace });
  const first = items.find(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid));
  if (!first) throw new UsageError(`${word} has no pods`);
  return first;
}

const colours = [colour.cyan, colour.magenta, colour.yellow, colour.green, colour.blue, colour.red];

/** The same pod has the same colour in every run. */
function colourOf(name: string): (text: string) => string {
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return colours[sum % colours.length]!;
}

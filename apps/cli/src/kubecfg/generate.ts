// Owns the commands that make objects from flags: run and expose.
import {
  type KubeObject,
  type New,
  type Pod,
  pods,
  type ReplicationController,
  type Service,
  services,
} from '@berth/objects';
import { type Command, Option } from 'commander';
import { port } from './arguments.ts';
import { examples } from './help.ts';
import { done } from './output.ts';
import { type Session, withSession } from './session.ts';
import { parseObject, UsageError } from './targets.ts';

export function addGenerateCommands(program: Command): void {
  examples(program.command('run <name> [words...]').description('run one pod'), [
    'kubecfg run web --image berth/hello:1 --port 8080',
    'kubecfg run shell --image berth/hello:1 --command -- sh -c "sleep 600"',
  ])
    .requiredOption('--image <image>', 'the image')
    .option('--port <port>', 'a port that the container serves', port)
    .option('--command', 'the words after -- are the command itself, not arguments of the image’s own')
    .option('--env <pairs...>', 'environment variables: KEY=VALUE')
    .option('--labels <labels>', 'KEY=VALUE,…; run=NAME if not given')
    .addOption(
      new Option('--restart <policy>', 'restart policy').choices(['Always', 'OnFailure', 'Never']).default('Always'),
    )
    .action((name: string, words: string[], options: RunOptions, command: Command) =>
      withSession(command, (session) => run(session, { ...options, name, words })),
    );
  examples(program.command('expose <object...>').description('give pods a stable address'), [
    'kubecfg expose rc/hello --port 80 --target-port 8080',
    'kubecfg expose pod/web --port 80 --type NodePort',
  ])
    .requiredOption('--port <port>', 'the service’s port', port)
    .option('--target-port <port>', 'the pods’ port, by number or name; the service’s port if not given')
    .option('--name <name>', 'the service’s name; the object’s if not given')
    .addOption(new Option('--type <type>', 'how it is reached').choices(['ClusterIP', 'NodePort']).default('ClusterIP'))
    .action((words: string[], options: ExposeOptions, command: Command) =>
      withSession(command, (session) => expose(session, words, options)),
    );
}

interface RunOptions {
  readonly image: string;
  readonly port?: number;
  readonly env?: readonly string[];
  readonly labels?: string;
  readonly command?: boolean;
  readonly restart: 'Always' | 'OnFailure' | 'Never';
}

async function run(session: Session, options: RunOptions & { name: string; words: readonly string[] }): Promise<void> {
  const { name, image, words } = options;
  const pod: New<Pod> = {
    metadata: { name, labels: options.labels ? pairs(options.labels.split(',')) : { run: name } },
    spec: {
      restartPolicy: options.restart,
      containers: [
        {
          name,
          image,
          ...(words.length > 0 ? { [options.command ? 'command' : 'args']: words } : {}),
          ...(options.port ? { ports: [{ containerPort: options.port }] } : {}),
          ...(options.env
            ? { env: Object.entries(pairs(options.env)).map(([key, value]) => ({ name: key, value })) }
            : {}),
        },
      ],
    },
  };
  done(await session.client.create(pods, pod, { namespace: session.namespace }), 'created');
}

interface ExposeOptions {
  readonly port: number;
  readonly targetPort?: string;
  readonly name?: string;
  readonly type: 'ClusterIP' | 'NodePort';
}

async function expose(session: Session, words: readonly string[], options: ExposeOptions): Promise<void> {
  const { kind, name } = parseObject(words);
  const { namespace } = session;
  const selector = selectorOf(await session.client.get(kind.resource, { namespace, name }));
  const target = options.targetPort ?? String(options.port);
  const service: New<Service> = {
    metadata: { name: options.name ?? name, labels: selector },
    spec: {
      type: options.type,
      selector,
      ports: [{ port: options.port, targetPort: /^\d+$/.test(target) ? Number(target) : target }],
    },
  };
  done(await session.client.create(services, service, { namespace }), 'exposed');
}

/** The labels by which the object's pods are found. Throws UsageError for an object that has none. */
function selectorOf(object: KubeObject): Readonly<Record<string, string>> {
  const selector = (object as ReplicationController | Service).spec?.selector ?? object.metadata.labels;
  if (!selector || Object.keys(selector).length === 0) {
    throw new UsageError(
      `${object.metadata.name} has neither a selector nor labels by which a service could find pods`,
    );
  }
  return selector;
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 1) throw new UsageError(`"${word}" is not of the form KEY=VALUE`);
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

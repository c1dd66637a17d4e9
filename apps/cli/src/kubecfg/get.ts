// Owns `kubecfg get`: lists, single objects, and with -w a table that changes in place.
import { isReason, type KubeObject } from '@berth/objects';
import type { Command } from 'commander';
import { failed } from './failure.ts';
import { examples } from './help.ts';
import { named } from './kinds.ts';
import { followTable } from './live.ts';
import { formatOption, nameLine, serialised } from './output.ts';
import { objectsOf, type SelectionOptions, tableOf } from './selection.ts';
import { type Session, withSession } from './session.ts';
import { parseTargets, type Target, UsageError } from './targets.ts';

export function addGet(program: Command): void {
  examples(program.command('get <type> [names...]').description('show objects'), [
    'kubecfg get pods                     in a table',
    'kubecfg get pods -w                  in a table that changes with the cluster',
    'kubecfg get pods,rc,svc -l app=web   several types, with a label',
    'kubecfg get rc/hello -o yaml         all of one object',
  ])
    .addOption(formatOption())
    .option('-w, --watch', 'stay, and show every change')
    .option('-l, --selector <selector>', 'only objects with these labels: app=web,tier in (a,b),!canary')
    .option('--field-selector <selector>', 'only objects with these fields: status.phase=Running')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('--show-labels', 'with a column for the labels')
    .action((type: string, names: string[], options: SelectionOptions, command: Command) =>
      withSession(command, async (session) => {
        const targets = await named(session, (known) => parseTargets([type, ...names], known));
        await get(session, targets, options);
      }),
    );
}

async function get(session: Session, targets: readonly Target[], options: SelectionOptions): Promise<void> {
  if (options.watch) {
    if (targets.length !== 1) throw new UsageError('-w follows one resource type at a time');
    return followTable(session, targets[0]!, options);
  }
  const found = await Promise.all(
    targets.map((target) => objectsOrFailure(session, target, options, targets.length === 1)),
  );
  const { output = 'table' } = options;
  const all = found.flat();
  if (output === 'json' || output === 'yaml') {
    const single = targets.length === 1 && targets[0]!.names.length === 1;
    if (!single || all.length === 1) console.log(serialised(all, output, single));
  } else if (output === 'name') {
    for (const object of all) console.log(nameLine(object));
  } else if (all.length === 0) {
    if (targets.every(({ names }) => names.length > 0) || process.exitCode) return;
    const namespaced = targets.some(({ kind }) => kind.resource.namespaced);
    console.error(
      options.allNamespaces || !namespaced
        ? 'No resources found'
        : `No resources found in ${session.namespace} namespace.`,
    );
  } else {
    const tables = targets.map(({ kind }, index) => tableOf(kind, found[index]!, options, targets.length > 1));
    console.log(tables.filter(Boolean).join('\n\n'));
  }
}

/** Of several types, those that one may see are shown, whatever becomes of the others. */
async function objectsOrFailure(
  session: Session,
  target: Target,
  options: SelectionOptions,
  isOne: boolean,
): Promise<readonly KubeObject[]> {
  try {
    return await objectsOf(session, target, options);
  } catch (error) {
    if (isOne || !isReason(error, 'Forbidden')) throw error;
    failed(error);
    return [];
  }
}

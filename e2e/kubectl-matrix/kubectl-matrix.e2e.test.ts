// What people type, and what they are told, with the real kubectl of five versions against one cluster of simulated
// nodes. The versions run beside each other, each in namespaces of its own; the commands of a table one after the other.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Cluster } from '../harness/cluster.ts';
import { allKubectlVersions, kubectl } from '../harness/kubectl.ts';
import { eventually } from '../harness/programs.ts';
import { apply } from './apply.ts';
import { auth } from './auth.ts';
import { type Group, isKnownTo, type Place, runCase } from './case.ts';
import { change } from './change.ts';
import { create } from './create.ts';
import { custom } from './custom.ts';
import { daemons } from './daemons.ts';
import { deletes } from './deletes.ts';
import { describes } from './describes.ts';
import { discovery } from './discovery.ts';
import { get } from './get.ts';
import { jobs } from './jobs.ts';
import { nodes } from './nodes.ts';
import { rollout } from './rollout.ts';

const groups: readonly Group[] = [
  discovery,
  create,
  get,
  describes,
  apply,
  change,
  rollout,
  daemons,
  jobs,
  deletes,
  nodes,
  auth,
  custom,
];

/** One node for each version to cordon. */
const cluster = new Cluster({
  flags: ['--no-sample', '--runtime', 'simulated', '--nodes', `${allKubectlVersions.length}`],
});
const scratch = mkdtempSync(join(tmpdir(), 'berth-matrix-'));

beforeAll(() => cluster.start());

afterAll(async () => {
  await cluster.discard();
  rmSync(scratch, { recursive: true, force: true });
});

describe.concurrent.each(allKubectlVersions)('kubectl %s', (version) => {
  describe.sequential.each(groups)('$name', ({ name, cases }) => {
    const namespace = `${name}-${version.replace('.', '-')}`;
    const node = `node-${allKubectlVersions.indexOf(version) + 1}`;
    let place: Place;

    beforeAll(async () => {
      const home = join(scratch, namespace);
      mkdirSync(home);
      const kubeconfig = join(home, 'kubeconfig');
      copyFileSync(cluster.kubeconfig, kubeconfig);
      place = { kubectl: await kubectl(kubeconfig, version), version, namespace, node, home };
      await place.kubectl('create', 'namespace', namespace);
      await place.kubectl('config', 'set-context', '--current', `--namespace=${namespace}`);
      // Pods and a list of config maps depend on what controllers put into a new namespace.
      await eventually('what every namespace has', () =>
        place.kubectl('get', 'serviceaccount/default', 'configmap/kube-root-ca.crt'),
      );
    });

    it.each(cases.filter((one) => isKnownTo(version, one)))('$does', (one) => runCase(one, place));
  });
});

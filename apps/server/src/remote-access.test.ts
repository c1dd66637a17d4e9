// What a part needs to act on the API of another process: its own kubeconfig, and nobody else's.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigText } from '@berth/client';
import { Registry, silentLogger, systemClock } from '@berth/host';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Access } from './access.ts';
import { partKubeconfig, remoteAccess } from './remote-access.ts';

let directory: string;
let access: Access;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-access-'));
  access = remoteAccess({
    dataDir: directory,
    servers: [],
    clock: systemClock,
    log: silentLogger,
    metrics: new Registry(),
  });
});
afterEach(() => rm(directory, { recursive: true }));

test('a part whose kubeconfig is missing is told which, and who writes it', () => {
  expect(() => access.part('kube-scheduler')).toThrow(
    `there is no ${directory}/kube-scheduler.kubeconfig, by which system:kube-scheduler acts on the API: the process ` +
      'that serves the API writes it into its own data directory when it starts without that part',
  );
});

test('a part finds the API by its own kubeconfig, and needs no other', async () => {
  const server = 'https://192.0.2.1:6443';
  await writeFile(partKubeconfig(directory, 'dashboard'), kubeconfigText({ server, ca: 'CA' }, 'system:dashboard'));
  expect(access.endpoint('dashboard')).toEqual({ server, ca: 'CA' });
  expect(() => access.account('replication-controller')).toThrow('kube-controller-manager.kubeconfig');
});

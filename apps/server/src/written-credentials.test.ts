// A year of a cluster whose scheduler runs in a process of its own: what the process with the API writes for it, and what
// the scheduler shows to the API.
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type ClusterCredentials, ensureClusterCredentials } from '@berth/apiserver';
import { loadKubeconfig } from '@berth/client';
import { Registry, silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { nodes } from '@berth/objects';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { partKubeconfig, remoteAccess } from './remote-access.ts';
import { writtenCredentials } from './written-credentials.ts';

const day = 24 * 3600 * 1000;
const part = 'kube-scheduler';
let dataDir: string;
let clock: FakeClock;
let credentials: ClusterCredentials;
let api: Server;
/** The serial numbers of the certificates under which it was asked. */
const seen: string[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-year-'));
  // The certificates are good today, to which TLS looks, both before and after the renewal.
  clock = new FakeClock(Date.now() - 301 * day);
  credentials = await ensureClusterCredentials({ directory: join(dataDir, 'pki'), clock });
  const { ca, serving } = credentials;
  api = createServer({ ca, ...serving, requestCert: true }, ({ socket }, response) => {
    seen.push((socket as TLSSocket).getPeerCertificate().serialNumber);
    response.end(JSON.stringify({ metadata: {}, items: [] }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  api.closeAllConnections();
  api.close();
  await rm(dataDir, { recursive: true });
});

test('before its certificate ends the scheduler has another one, and so has kubectl', async () => {
  const stop = new AbortController();
  const server = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const options = { dataDir, components: ['apiserver', 'controllers', 'dashboard'], nodeCredentials: [] } as const;
  const common = { clock, log: silentLogger };
  const written = writtenCredentials({ ...common, options, credentials, server, clusterId: async () => 'c' });
  const { done } = await written.start(stop.signal);
  const access = remoteAccess({ ...common, dataDir, servers: [], metrics: new Registry() });
  const client = access.part(part);
  const upkeep = await access.upkeep.start(stop.signal);

  const serialIn = (file: string) => new X509Certificate(loadKubeconfig(file).connection.cert!).serialNumber;
  const files = [partKubeconfig(dataDir, part), join(dataDir, 'admin.kubeconfig')];
  const first = files.map(serialIn);
  await client.list(nodes);
  expect(seen.at(-1)).toBe(first[0]);
  await clock.advance(10 * 60_000);
  expect(files.map(serialIn)).toEqual(first);

  clock.set(300 * day);
  await clock.advance(10 * 60_000);
  await vi.waitFor(() => {
    for (const [at, file] of files.entries()) expect(serialIn(file)).not.toBe(first[at]);
  });
  await clock.advance(60_000);
  await client.list(nodes);
  expect(seen.at(-1)).toBe(serialIn(files[0]!));
  stop.abort();
  await Promise.all([done, upkeep.done]);
});

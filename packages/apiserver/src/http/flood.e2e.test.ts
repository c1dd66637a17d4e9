// One user asks for 2,000 long lists at the same time; another one's requests are answered meanwhile, in time.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import type { UserInfo } from '@berth/objects';
import { clusterRoleBindings, clusterRoles, configMaps } from '@berth/objects';
import { expect, test } from 'vitest';
import type { KeyPair } from '../auth/certificates.ts';
import { makeCertificateRequest } from '../testing/certificate-requests.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const crowd = 2_000;
const path = '/api/v1/namespaces/default/configmaps';

async function identityOf({ credentials }: TestServer, name: string): Promise<KeyPair> {
  const { request, key } = await makeCertificateRequest({ subject: `O=staff, CN=${name}` });
  const terms = { usages: ['client auth'] as const, lifetimeMs: 3_600_000 };
  return { cert: await credentials.authority.sign(Buffer.from(request, 'base64'), terms), key };
}

async function prepare({ test: { api, admin } }: TestServer): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
  await api.create(admin as UserInfo, clusterRoles, {}, { metadata: { name: 'readers' }, rules });
  const roleRef = { apiGroup, kind: 'ClusterRole', name: 'readers' };
  const subjects = [{ apiGroup, kind: 'Group', name: 'staff' }];
  await api.create(admin, clusterRoleBindings, {}, { metadata: { name: 'readers' }, roleRef, subjects });
  const data = { text: 'x'.repeat(200) };
  const create = (at: number) =>
    api.create(admin, configMaps, { namespace: 'default' }, { metadata: { name: `m${at}` }, data });
  await Promise.all(Array.from({ length: 500 }, (_, at) => create(at)));
}

/** Its code and how long the whole answer took. */
function timed(url: string, agent: Agent): Promise<{ code: number; ms: number }> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () => resolve({ code: answer.statusCode ?? 0, ms: performance.now() - begun }));
    }).on('error', reject);
  });
}

test('a flood of lists', { timeout: 120_000 }, async () => {
  await using server = await startTestServer();
  await prepare(server);
  const { address, credentials } = server;
  const { ca } = credentials;
  const settings = { address, path, count: crowd, ca, ...(await identityOf(server, 'flood')) };
  const flood = fork(join(import.meta.dirname, 'testing/flood.mjs'), [JSON.stringify(settings)]);
  const said = () => once(flood, 'message').then(([message]) => message as unknown);
  expect(await said()).toBe('ready');

  const bob = new Agent({ ca, keepAlive: true, ...(await identityOf(server, 'bob')) });
  let over = false;
  const codes = said().then((message) => {
    over = true;
    return message as number[];
  });
  flood.send('go');
  const ofBob: number[] = [];
  while (!over) {
    const { code, ms } = await timed(`${address}${path}/m1`, bob);
    expect(code).toBe(200);
    ofBob.push(ms);
  }
  bob.destroy();
  const counted = (code: number, of: readonly number[]) => of.filter((found) => found === code).length;
  const answered = counted(200, await codes);
  expect(answered + counted(429, await codes)).toBe(crowd);
  expect(answered).toBeGreaterThan(100);
  expect(answered).toBeLessThan(crowd);
  expect(ofBob.length).toBeGreaterThan(10);
  const median = ofBob.sort((a, b) => a - b)[ofBob.length >> 1];
  expect(median, `${ofBob.length} answers, ${answered} of the flood, worst ${ofBob.at(-1)} ms`).toBeLessThan(1_000);
});

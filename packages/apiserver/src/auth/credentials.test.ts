import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@berth/host/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ensureClusterCredentials } from './credentials.ts';
import { writeKubeconfig } from './kubeconfig.ts';

const day = 24 * 3600 * 1000;
let directory: string;
let clock: FakeClock;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'berth-pki-')), 'pki');
  clock = new FakeClock();
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

const ensure = (extraHosts: string[] = []) => ensureClusterCredentials({ directory, clock, extraHosts });

describe('the first start', () => {
  test('makes files that the owner alone can read', async () => {
    await ensure();
    const files = await readdir(directory);
    expect(files.sort()).toEqual(
      ['admin', 'apiserver', 'apiserver-kubelet-client', 'ca']
        .flatMap((name) => [`${name}.crt`, `${name}.key`])
        .concat('sa.key', 'sa.pub')
        .sort(),
    );
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const file of files) expect((await stat(join(directory, file))).mode & 0o777, file).toBe(0o600);
  });

  test('signs everything with the one authority', async () => {
    const credentials = await ensure();
    const node = await credentials.issueNode({ name: 'n1', hosts: ['10.0.0.7', 'n1'] });
    const authority = new X509Certificate(credentials.ca);
    expect(authority.ca).toBe(true);
    for (const { cert } of [credentials.serving, credentials.admin, node.client, node.serving]) {
      const certificate = new X509Certificate(cert);
      expect(certificate.verify(authority.publicKey)).toBe(true);
      expect(certificate.checkIssued(authority)).toBe(true);
      expect(certificate.ca).toBe(false);
    }
  });

  test.each([
    ['127.0.0.1'],
    ['10.96.0.1'],
    ['localhost'],
    ['kubernetes.default.svc'],
    ['kubernetes.default.svc.cluster.local'],
    ['192.0.2.9'],
    ['berth.example'],
  ])('the serving certificate names %s', async (host) => {
    const { serving } = await ensure(['192.0.2.9', 'berth.example']);
    const certificate = new X509Certificate(serving.cert);
    expect(/^[\d.]+$/.test(host) ? certificate.checkIP(host) : certificate.checkHost(host)).toBe(host);
  });

  test('tells users and groups by subject, and what a certificate is for by usage', async () => {
    const credentials = await ensure();
    const node = await credentials.issueNode({ name: 'n1', hosts: ['10.0.0.7'] });
    const facts = (pem: string) => {
      const certificate = new X509Certificate(pem);
      return { subject: certificate.subject, usage: certificate.keyUsage };
    };
    const [serverAuth, clientAuth] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
    expect(facts(credentials.admin.cert)).toEqual({
      subject: 'O=system:masters\nCN=kubernetes-admin',
      usage: [clientAuth],
    });
    expect(facts(node.client.cert)).toEqual({ subject: 'O=system:nodes\nCN=system:node:n1', usage: [clientAuth] });
    expect(facts(node.serving.cert)).toEqual({ subject: 'O=system:nodes\nCN=system:node:n1', usage: [serverAuth] });
    expect(new X509Certificate(node.serving.cert).checkIP('10.0.0.7')).toBe('10.0.0.7');
    const part = await credentials.issueClient({ name: 'system:part', groups: ['parts', 'all'] });
    expect(facts(part.cert)).toEqual({ subject: 'O=parts\nO=all\nCN=system:part', usage: [clientAuth] });
  });
});

describe('a later start', () => {
  test('keeps what is good', async () => {
    const first = await ensure();
    await clock.advance(200 * day);
    const second = await ensure();
    expect([second.ca, second.serving, second.admin]).toEqual([first.ca, first.serving, first.admin]);
    expect(second.serviceAccountKey).toBe(first.serviceAccountKey);
  });

  test('renews leaves near their end, under the same authority', async () => {
    const first = await ensure();
    await clock.advance(300 * day);
    const second = await ensure();
    expect(second.ca).toBe(first.ca);
    for (const name of ['serving', 'admin', 'kubeletClient'] as const) {
      expect(second[name].cert).not.toBe(first[name].cert);
      expect(Date.parse(new X509Certificate(second[name].cert).validTo)).toBeGreaterThan(clock.now() + 300 * day);
    }
  });

  test('makes a serving certificate anew for a host that it does not name', async () => {
    const first = await ensure();
    const second = await ensure(['192.0.2.9']);
    expect(second.serving.cert).not.toBe(first.serving.cert);
    expect(second.admin).toEqual(first.admin);
  });

  test('makes a certificate anew whose key was lost, or that another authority signed', async () => {
    await ensure();
    await rm(join(directory, 'admin.key'));
    const stranger = await ensureClusterCredentials({ directory: `${directory}-other`, clock });
    await writeFile(join(directory, 'apiserver.crt'), stranger.serving.cert);
    await writeFile(join(directory, 'apiserver.key'), stranger.serving.key);
    const { ca, admin, serving } = await ensure();
    for (const { cert } of [admin, serving])
      expect(new X509Certificate(cert).verify(new X509Certificate(ca).publicKey)).toBe(true);
  });
});

test('a kubeconfig holds all that a client needs, readable by the owner alone', async () => {
  const { ca, admin } = await ensure();
  const file = join(directory, 'sub', 'admin.kubeconfig');
  await writeKubeconfig(file, { server: 'https://127.0.0.1:6443', ca, user: 'kubernetes-admin', credentials: admin });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const config = parse(await readFile(file, 'utf8'));
  expect(config['current-context']).toBe('berth');
  expect(config.contexts).toEqual([{ name: 'berth', context: { cluster: 'berth', user: 'kubernetes-admin' } }]);
  expect(config.clusters[0].cluster.server).toBe('https://127.0.0.1:6443');
  const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8');
  expect(decoded(config.clusters[0].cluster['certificate-authority-data'])).toBe(ca);
  expect(decoded(config.users[0].user['client-certificate-data'])).toBe(admin.cert);
  expect(decoded(config.users[0].user['client-key-data'])).toBe(admin.key);
});

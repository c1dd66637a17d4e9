// Certificates from the cluster's own authority, as a person gets one: openssl makes a key and a request, somebody
// approves it with kubectl, and the certificate lets its holder in, to what a role grants.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allKubectlVersions, type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually, output } from './harness/programs.ts';
import { Server } from './harness/server.ts';

let server: Server;
const scratch = mkdtempSync(join(tmpdir(), 'berth-certificates-'));

beforeAll(async () => {
  server = await Server.start();
  const kubectl = await server.kubectl();
  await kubectl('create', 'rolebinding', 'bob', '--clusterrole=view', '--user=bob');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

interface Asked {
  readonly name: string;
  readonly keyType: readonly string[];
  readonly subject?: string;
  readonly usages?: readonly string[];
}

async function ask(kubectl: Kubectl, { name, keyType, subject = '/O=staff/CN=bob', usages }: Asked): Promise<string> {
  const key = join(scratch, `${name}.key`);
  const request = await output('openssl', ['req', '-new', '-nodes', ...keyType, '-keyout', key, '-subj', subject]);
  const manifest = join(scratch, `${name}.json`);
  const spec = {
    request: Buffer.from(request).toString('base64'),
    signerName: 'kubernetes.io/kube-apiserver-client',
    expirationSeconds: 7200,
    usages: usages ?? ['client auth'],
  };
  const body = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name }, spec };
  writeFileSync(manifest, JSON.stringify(body));
  await kubectl('apply', '-f', manifest);
  return key;
}

/** In base64, once it is signed. */
function certificateOf(kubectl: Kubectl, name: string): Promise<string> {
  const read = () => kubectl('get', 'csr', name, '-o', 'jsonpath={.status.certificate}');
  return eventually('the certificate', async () => (await read()) || undefined);
}

const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

describe.each(allKubectlVersions)('with kubectl %s', (version) => {
  let kubectl: Kubectl;
  const named = (what: string) => `${what}-${version.replace('.', '-')}`;
  beforeAll(async () => {
    kubectl = await server.kubectl(version);
  });

  it('an approved request becomes a certificate that lets its holder in', async () => {
    const name = named('bob');
    const key = await ask(kubectl, { name, keyType: elliptic });
    expect(await kubectl('get', 'csr', name)).toMatch(
      /^NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION\nbob-\S+ +\ds +kubernetes\.io\/kube-apiserver-client +kubernetes-admin +120m +Pending\n$/,
    );
    expect(await kubectl('certificate', 'approve', name)).toContain(
      `certificatesigningrequest.certificates.k8s.io/${name} approved`,
    );
    const certificate = await certificateOf(kubectl, name);
    expect(await kubectl('get', 'csr', name)).toMatch(/ Approved,Issued\n$/);
    const described = await kubectl('describe', 'csr', name);
    expect(described).toMatch(/Requesting User: +kubernetes-admin/);
    expect(described).toMatch(/Status: +Approved,Issued/);
    expect(described).toMatch(/Common Name: +bob/);

    const pem = join(scratch, `${name}.crt`);
    writeFileSync(pem, Buffer.from(certificate, 'base64'));
    const bob = join(scratch, `${name}.kubeconfig`);
    const ca = join(server.dataDir, 'pki/ca.crt');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: server.address, 'certificate-authority': ca } }],
      users: [{ name: 'bob', user: { 'client-certificate': pem, 'client-key': key } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'bob' } }],
      'current-context': 'x',
    };
    writeFileSync(bob, JSON.stringify(config));
    const asBob = await kubectlOf(bob, version);
    const { stderr } = await asBob.run(['get', 'pods']);
    expect(stderr).toContain('No resources found');
    expect((await asBob.run(['get', 'pods', '-n', 'kube-system'])).stderr).toContain(
      'User "bob" cannot list resource "pods" in API group "" in the namespace "kube-system"',
    );
    const dates = await output('openssl', ['x509', '-in', pem, '-noout', '-enddate']);
    const left = Date.parse(dates.replace('notAfter=', '')) - Date.now();
    expect(left).toBeGreaterThan(7_000_000);
    expect(left).toBeLessThanOrEqual(7_200_000);
  });

  it('a denied one does not', async () => {
    const name = named('denied');
    await ask(kubectl, { name, keyType: elliptic });
    expect(await kubectl('certificate', 'deny', name)).toContain(`${name} denied`);
    expect(await kubectl('get', 'csr', name)).toMatch(/ Denied\n$/);
    expect((await kubectl.run(['certificate', 'approve', name])).stderr).toMatch(/mutually exclusive|already/);
  });

  it('one for other uses fails', async () => {
    const name = named('failed');
    await ask(kubectl, { name, keyType: elliptic, usages: ['server auth'] });
    await kubectl('certificate', 'approve', name);
    await eventually('it fails', async () => / Approved,Failed\n$/.test(await kubectl('get', 'csr', name)));
    expect(await kubectl('get', 'csr', name, '-o', 'yaml')).toContain(
      'invalid usage for client certificate: server auth',
    );
  });
});

it.each([
  { name: 'rsa', keyType: ['-newkey', 'rsa:2048'] },
  { name: 'p384', keyType: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] },
  { name: 'ed25519', keyType: ['-newkey', 'ed25519'] },
])('a key of type $name is as good', async ({ name, keyType }) => {
  const kubectl = await server.kubectl();
  const key = await ask(kubectl, { name, keyType });
  await kubectl('certificate', 'approve', name);
  const certificate = await certificateOf(kubectl, name);
  const pem = join(scratch, `${name}.crt`);
  writeFileSync(pem, Buffer.from(certificate, 'base64'));
  const ofKey = await output('openssl', ['pkey', '-in', key, '-pubout']);
  expect(await output('openssl', ['x509', '-in', pem, '-noout', '-pubkey'])).toBe(ofKey);
  expect(await output('openssl', ['verify', '-CAfile', join(server.dataDir, 'pki/ca.crt'), pem])).toContain(': OK');
  expect(readFileSync(pem, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
});

// Which requests are approved, signed, found wanting and removed; and all of it at work over the real API.
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureClusterCredentials } from '@berth/apiserver';
import { makeCertificateRequest } from '@berth/apiserver/testing';
import { systemClock } from '@berth/host';
import {
  apiClientSigner,
  type CertificateRequest,
  type CertificateSigningRequest,
  certificateSigningRequests,
  type KeyUsage,
  kubeletClientSigner,
  kubeletServingSigner,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';
import { approved, groundsOf, isUndecided, questionOf } from './approval.ts';
import { endOf } from './cleaning.ts';
import { failed, issued, isToBeSigned, lifetimeMs, signingProblem } from './signing.ts';

const clientUsages: KeyUsage[] = ['client auth', 'digital signature'];
const created = '2026-01-01T00:00:00Z';
const hour = 3600 * 1000;
const contents = (more: Partial<CertificateRequest> = {}): CertificateRequest => ({
  commonName: 'system:node:n1',
  organizations: ['system:nodes'],
  dnsNames: [],
  ipAddresses: [],
  emailAddresses: [],
  uris: [],
  ...more,
});

type Spec = CertificateSigningRequest['spec'];
function request(
  spec: Partial<Spec> = {},
  status: CertificateSigningRequest['status'] = {},
): CertificateSigningRequest {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'r', uid: 'u', resourceVersion: '1', creationTimestamp: created },
    spec: { request: '', signerName: kubeletClientSigner, usages: clientUsages, username: 'joiner', ...spec },
    status,
  };
}
const condition = (type: string, lastUpdateTime = created) => ({ type, status: 'True', lastUpdateTime }) as const;

describe('a request is approved on these grounds', () => {
  it.each([
    { name: 'of a new node', of: request(), said: contents(), grounds: ['nodeclient'] },
    {
      name: 'of the node itself',
      of: request({ username: 'system:node:n1' }),
      said: contents(),
      grounds: ['selfnodeclient', 'nodeclient'],
    },
    {
      name: 'with key encipherment',
      of: request({ usages: [...clientUsages, 'key encipherment'] }),
      said: contents(),
      grounds: ['nodeclient'],
    },
    { name: 'of another signer', of: request({ signerName: apiClientSigner }), said: contents(), grounds: [] },
    { name: 'of a person', of: request(), said: contents({ commonName: 'bob' }), grounds: [] },
    {
      name: 'of more groups',
      of: request(),
      said: contents({ organizations: ['system:nodes', 'system:masters'] }),
      grounds: [],
    },
    { name: 'for a server', of: request({ usages: ['server auth'] }), said: contents(), grounds: [] },
    { name: 'with a name', of: request(), said: contents({ dnsNames: ['x'] }), grounds: [] },
    ...[
      { name: 'itself', said: { dnsNames: ['n1'], ipAddresses: ['10.0.0.1'] }, grounds: ['selfnodeserver'] },
      { name: 'another’s address', said: { ipAddresses: ['10.0.0.1', '10.0.0.2'] }, grounds: [] },
      { name: 'another’s name', said: { dnsNames: ['n1', 'n2'] }, grounds: [] },
      { name: 'another node', said: { commonName: 'system:node:n2', dnsNames: ['n2'] }, grounds: [] },
    ].map(({ name, said, grounds }) => ({
      name: `of a server that is ${name}`,
      of: request({
        username: 'system:node:n1',
        signerName: kubeletServingSigner,
        usages: ['server auth', 'digital signature'],
      }),
      said: contents(said),
      grounds,
    })),
    {
      name: 'of a node with the API’s name',
      of: request({
        username: 'system:node:kubernetes.default.svc',
        signerName: kubeletServingSigner,
        usages: ['server auth', 'digital signature'],
      }),
      said: contents({ commonName: 'system:node:kubernetes.default.svc', dnsNames: ['kubernetes.default.svc'] }),
      grounds: [],
    },
  ])('$name: $grounds', ({ of, said, grounds }) => {
    const isOthers = (address: string, node: string) => address === '10.0.0.2' && node === 'n1';
    expect(groundsOf(of, said, isOthers).map(({ permission }) => permission)).toEqual(grounds);
  });

  it('asked for as whoever sent it', () => {
    const asker = request({ username: 'a', uid: 'u', groups: ['g'], extra: { k: ['v'] } });
    const question = questionOf(asker, { permission: 'nodeclient', message: '' });
    expect(question.spec).toEqual({
      user: 'a',
      uid: 'u',
      groups: ['g'],
      extra: { k: ['v'] },
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource: 'nodeclient',
        version: '*',
      },
    });
  });

  it('once', () => {
    expect(isUndecided(request())).toBe(true);
    expect(isUndecided(approved(request(), { permission: 'nodeclient', message: 'm' }))).toBe(false);
    expect(isUndecided(request({}, { conditions: [condition('Denied')] }))).toBe(false);
  });
});

describe('an approved request', () => {
  const serving: KeyUsage[] = ['server auth', 'digital signature', 'key encipherment'];
  it.each<{ name: string; signerName: string; usages: KeyUsage[]; said: CertificateRequest; problem?: string }>([
    { name: 'a user', signerName: apiClientSigner, usages: ['client auth'], said: contents({ commonName: 'bob' }) },
    {
      name: 'a user who would serve',
      signerName: apiClientSigner,
      usages: ['client auth', 'server auth'],
      said: contents(),
      problem: 'invalid usage for client certificate: server auth',
    },
    {
      name: 'a user who would not be one',
      signerName: apiClientSigner,
      usages: ['digital signature'],
      said: contents(),
      problem: 'missing required usage for client certificate: client auth',
    },
    { name: 'an agent', signerName: kubeletClientSigner, usages: clientUsages, said: contents() },
    {
      name: 'an agent of another group',
      signerName: kubeletClientSigner,
      usages: clientUsages,
      said: contents({ organizations: ['staff'] }),
      problem: 'subject organization is not system:nodes',
    },
    {
      name: 'an agent’s server',
      signerName: kubeletServingSigner,
      usages: serving,
      said: contents({ ipAddresses: ['10.0.0.1'] }),
    },
    {
      name: 'a server that answers to nothing',
      signerName: kubeletServingSigner,
      usages: serving,
      said: contents(),
      problem: 'DNS or IP subjectAltName is required',
    },
    {
      name: 'a server that is a client too',
      signerName: kubeletServingSigner,
      usages: [...serving, 'client auth'],
      said: contents({ dnsNames: ['x'] }),
      problem: 'usages did not match [digital signature key encipherment server auth]',
    },
  ])('of $name: $problem', ({ signerName, usages, said, problem }) => {
    expect(signingProblem(request({ signerName, usages }), said)).toBe(problem);
  });

  it.each([
    { name: 'approved', status: { conditions: [condition('Approved')] }, signed: true },
    { name: 'pending', status: {}, signed: false },
    { name: 'denied', status: { conditions: [condition('Denied')] }, signed: false },
    { name: 'failed', status: { conditions: [condition('Approved'), condition('Failed')] }, signed: false },
    { name: 'signed', status: { conditions: [condition('Approved')], certificate: 'YQ==' }, signed: false },
  ])('is signed when it is $name: $signed', ({ status, signed }) => {
    expect(isToBeSigned(request({}, status))).toBe(signed);
    expect(isToBeSigned(request({ signerName: 'example.com/x' }, status))).toBe(false);
  });

  it.each([
    { asked: undefined, hours: 365 * 24 },
    { asked: 7200, hours: 2 },
    { asked: 10 * 365 * 24 * 3600, hours: 365 * 24 },
  ])('lasts as long as asked, a year at most: $asked', ({ asked, hours }) => {
    expect(lifetimeMs(request({ expirationSeconds: asked }), 365 * 24 * hour)).toBe(hours * hour);
  });

  it('says why it has failed, and carries what it got', () => {
    expect(failed(request(), 'no').status.conditions).toEqual([
      { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: 'no' },
    ]);
    expect(issued(request(), 'PEM').status.certificate).toBe(Buffer.from('PEM').toString('base64'));
  });
});

describe('a request goes', () => {
  const at = (hours: number) => Date.parse(created) + hours * hour;
  it.each([
    { name: 'pending', status: {}, end: at(24) },
    { name: 'denied', status: { conditions: [condition('Denied')] }, end: at(1) },
    { name: 'failed', status: { conditions: [condition('Approved'), condition('Failed')] }, end: at(1) },
    { name: 'issued', status: { conditions: [condition('Approved')], certificate: 'YQ==' }, end: at(1) },
    { name: 'approved, not yet issued', status: { conditions: [condition('Approved')] }, end: undefined },
  ])('$name', ({ status, end }) => {
    expect(endOf(request({}, status))).toBe(end);
  });
});

it('a person approves, and the certificate comes; a bad request fails', { timeout: 30_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-authority-'));
  const { authority, ca } = await ensureClusterCredentials({ directory, clock: systemClock });
  await rm(directory, { recursive: true });
  await using cluster = await startTestCluster({ authority });
  const { client, eventually } = cluster;

  async function ask(name: string, usages: KeyUsage[]): Promise<void> {
    const { request } = await makeCertificateRequest({ subject: 'O=staff, CN=bob' });
    const spec = { request, signerName: apiClientSigner, usages, expirationSeconds: 3600 };
    const made = await client.create(certificateSigningRequests, { metadata: { name }, spec });
    const next = approved(made, { permission: 'nodeclient', message: 'by hand' });
    await client.update(certificateSigningRequests, next, { subresource: 'approval' });
  }
  const settled = (name: string) =>
    eventually(
      () => client.get(certificateSigningRequests, { name }),
      ({ status }) => Boolean(status.certificate) || status.conditions?.length === 2,
    );

  await ask('good', clientUsages);
  const certificate = new X509Certificate(Buffer.from((await settled('good')).status.certificate!, 'base64'));
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
  expect(certificate.subject).toBe('O=staff\nCN=bob');
  expect(endOf(await settled('good'))).toBeGreaterThan(Date.now());

  await ask('bad', ['server auth']);
  expect((await settled('bad')).status.conditions?.[1]).toMatchObject({
    type: 'Failed',
    message: 'invalid usage for client certificate: server auth',
  });

  // Agents need no person: whoever asks may, here because it may do everything.
  const { request: ofNode } = await makeCertificateRequest({ subject: 'O=system:nodes, CN=system:node:n1' });
  const spec = { request: ofNode, signerName: kubeletClientSigner, usages: clientUsages };
  await client.create(certificateSigningRequests, { metadata: { name: 'node' }, spec });
  expect((await settled('node')).status.conditions?.[0]).toMatchObject({ type: 'Approved', reason: 'AutoApproved' });
});

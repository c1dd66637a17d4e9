// Tokens of service accounts through the whole core: who gets which, whom they stand for, and when that ends.
import { generateKeyPairSync } from 'node:crypto';
import { FakeClock } from '@berth/host/testing';
import {
  namespaces,
  nodes,
  type Pod,
  pods,
  type Resource,
  secrets,
  serviceAccounts,
  type TokenRequest,
  type UserInfo,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

const clock = new FakeClock();
const { privateKey: key } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const namespace = 'default';
const agent: UserInfo = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
let t: TestApi;

beforeAll(async () => {
  t = await startTestApi({ clock, tokens: createServiceAccountTokens({ key, clock }) });
  for (const name of ['default', 'robot', 'quiet'])
    await t.api.create(t.admin, serviceAccounts, { namespace }, account(name));
  await t.api.create(t.admin, nodes, {}, { metadata: { name: 'n1' } });
});
afterAll(() => t.close());

function account(name: string) {
  return {
    metadata: { name },
    ...(name === 'quiet' ? { automountServiceAccountToken: false } : {}),
    ...(name === 'robot' ? { imagePullSecrets: [{ name: 'registry' }] } : {}),
  };
}

function podBody(name: string, spec: object = {}) {
  return { metadata: { name }, spec: { containers: [{ name: 'main', image: 'hello' }], ...spec } };
}

async function createPod(name: string, spec: object = {}): Promise<Pod> {
  return t.api.create(t.admin, pods, { namespace }, podBody(name, spec));
}

async function request(name: string, spec: object, user: UserInfo = t.admin): Promise<TokenRequest> {
  const resource = serviceAccounts as unknown as Resource<TokenRequest>;
  return t.api.create(user, resource, { namespace, name, subresource: 'token' }, { spec });
}

const podReference = ({ metadata: { name, uid } }: Pod) => ({ kind: 'Pod', apiVersion: 'v1', name, uid });

describe('a token', () => {
  test('is for the API and an hour where nothing else is said, and stands for the account', async () => {
    const { spec, status } = await request('robot', {});
    expect(spec).toEqual({ audiences: ['https://kubernetes.default.svc.cluster.local'], expirationSeconds: 3600 });
    expect(Date.parse(status.expirationTimestamp) - clock.now()).toBe(3_600_000);
    const { metadata } = await t.api.get(t.admin, serviceAccounts, { namespace, name: 'robot' });
    expect((await t.api.authenticateToken(status.token))?.user).toEqual({
      name: 'system:serviceaccount:default:robot',
      uid: metadata.uid,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)] },
    });
  });

  test('for another audience does not open the API', async () => {
    const { status } = await request('robot', { audiences: ['vault'] });
    expect(await t.api.authenticateToken(status.token)).toBeUndefined();
    expect((await t.api.authenticateToken(status.token, ['vault', 'x']))?.audiences).toEqual(['vault']);
  });

  test('of a pod tells the pod and its node, and ends a minute after the pod', async () => {
    const pod = await createPod('bound', { serviceAccountName: 'robot', nodeName: 'n1' });
    const { status } = await request('robot', { boundObjectRef: podReference(pod), expirationSeconds: 3600 }, agent);
    const extra = (await t.api.authenticateToken(status.token))?.user.extra;
    expect(extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['bound'],
      'authentication.kubernetes.io/pod-uid': [pod.metadata.uid],
      'authentication.kubernetes.io/node-name': ['n1'],
    });
    await t.api.delete(t.admin, pods, { namespace, name: 'bound' }, { gracePeriodSeconds: 30 });
    expect(await t.api.authenticateToken(status.token)).toBeDefined();
    await clock.advance(91_000);
    expect(await t.api.authenticateToken(status.token)).toBeUndefined();
  });

  const ends: { name: string; end: () => Promise<unknown> }[] = [
    { name: 'is gone', end: () => t.api.delete(t.admin, serviceAccounts, { namespace, name: 'short' }) },
    {
      name: 'is another one of the name',
      end: async () => {
        await t.api.delete(t.admin, serviceAccounts, { namespace, name: 'short' });
        await t.api.create(t.admin, serviceAccounts, { namespace }, account('short'));
      },
    },
  ];
  test.each(ends)('ends when the account $name', async ({ end }) => {
    await t.api.create(t.admin, serviceAccounts, { namespace }, account('short'));
    const { status } = await request('short', {});
    expect(await t.api.authenticateToken(status.token)).toBeDefined();
    await end();
    expect(await t.api.authenticateToken(status.token)).toBeUndefined();
    await t.api.delete(t.admin, serviceAccounts, { namespace, name: 'short' }).catch(() => undefined);
  });

  test('bound to a secret ends with it', async () => {
    await t.api.create(t.admin, secrets, { namespace }, { metadata: { name: 's' } });
    const { status } = await request('robot', { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 's' } });
    expect(await t.api.authenticateToken(status.token)).toBeDefined();
    await t.api.delete(t.admin, secrets, { namespace, name: 's' });
    expect(await t.api.authenticateToken(status.token)).toBeUndefined();
  });
});

describe('no token', () => {
  let robotPod: Pod;
  beforeAll(async () => {
    robotPod = await createPod('robot-pod', { serviceAccountName: 'robot', nodeName: 'n2' });
  });
  const cases: { name: string; spec: () => object; account?: string; user?: UserInfo; error: object }[] = [
    { name: 'of an account that there is not', account: 'nobody', spec: () => ({}), error: { code: 404 } },
    {
      name: 'shorter than ten minutes',
      spec: () => ({ expirationSeconds: 599 }),
      error: { code: 422, message: expect.stringContaining('may not specify a duration less than 10 minutes') },
    },
    {
      name: 'longer than there is room for',
      spec: () => ({ expirationSeconds: 2 ** 32 + 1 }),
      error: { code: 422 },
    },
    {
      name: 'for the pod of another account',
      account: 'default',
      spec: () => ({ boundObjectRef: podReference(robotPod) }),
      error: { code: 400, message: expect.stringContaining('different serviceaccount name') },
    },
    {
      name: 'for a pod that was another one',
      spec: () => ({ boundObjectRef: { ...podReference(robotPod), uid: 'other' } }),
      error: { code: 409 },
    },
    {
      name: 'bound to what tokens cannot be bound to',
      spec: () => ({ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } }),
      error: { code: 400 },
    },
    {
      name: 'for an agent, bound to nothing',
      user: agent,
      spec: () => ({}),
      error: { code: 403, message: expect.stringContaining('node requested token not bound to a pod') },
    },
    {
      name: 'for an agent, of a pod without its uid',
      user: agent,
      spec: () => ({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'robot-pod' } }),
      error: { code: 403 },
    },
    {
      name: 'for an agent, of a pod of another node',
      user: agent,
      spec: () => ({ boundObjectRef: podReference(robotPod) }),
      error: { code: 403, message: expect.stringContaining('scheduled on a different node') },
    },
    {
      name: 'for anybody who may not ask',
      user: { name: 'x', groups: ['system:authenticated'] },
      spec: () => ({}),
      error: { code: 403 },
    },
  ];
  test.each(cases)('$name', async ({ spec, account: name = 'robot', user, error }) => {
    await expect(request(name, spec(), user)).rejects.toMatchObject(error);
  });
});

describe('a pod', () => {
  const path = '/var/run/secrets/kubernetes.io/serviceaccount';
  const mountsOf = ({ spec }: Pod) => spec.containers.map(({ volumeMounts }) => volumeMounts?.map((m) => m.mountPath));

  test('finds the token, the authority and its namespace in every container', async () => {
    const initContainers = [{ name: 'init', image: 'hello' }];
    const pod = await createPod('mounted', { initContainers });
    const [volume] = pod.spec.volumes ?? [];
    expect(volume?.name).toMatch(/^kube-api-access-.{5}$/);
    expect(volume?.projected?.sources?.map((source) => Object.keys(source)[0])).toEqual([
      'serviceAccountToken',
      'configMap',
      'downwardAPI',
    ]);
    const mount = { name: volume?.name, readOnly: true, mountPath: path };
    expect(pod.spec.initContainers?.[0]?.volumeMounts).toEqual([mount]);
    expect(pod.spec.containers[0]?.volumeMounts).toEqual([mount]);
  });

  const own = [{ name: 'main', image: 'hello', volumeMounts: [{ name: 'v', mountPath: path }] }];
  test.each([
    { name: 'that does not want it', spec: { automountServiceAccountToken: false }, expected: [undefined] },
    { name: 'whose account does not', spec: { serviceAccountName: 'quiet' }, expected: [undefined] },
    {
      name: 'that does although its account does not',
      spec: { serviceAccountName: 'quiet', automountServiceAccountToken: true },
      expected: [[path]],
    },
    { name: 'with a volume of its own there', spec: { containers: own, volumes: [{ name: 'v' }] }, expected: [[path]] },
  ])('$name', async ({ spec, expected }) => {
    const pod = await t.api.create(t.admin, pods, { namespace }, podBody('dry', spec), { dryRun: true });
    expect(mountsOf(pod)).toEqual(expected);
    expect(pod.spec.volumes?.filter(({ projected }) => projected) ?? []).toHaveLength(
      expected[0] && !('volumes' in spec) ? 1 : 0,
    );
  });

  test('pulls its images with the secrets of its account', async () => {
    const pod = await createPod('pulling', { serviceAccountName: 'robot' });
    expect(pod.spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
  });

  test('of an account that there is not is refused', async () => {
    await expect(createPod('lost', { serviceAccountName: 'nobody' })).rejects.toMatchObject({
      code: 403,
      message:
        'pods "lost" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    });
  });

  test('waits for the account that its new namespace gets', async () => {
    await t.api.create(t.admin, namespaces, {}, { metadata: { name: 'young' } });
    const creating = t.api.create<Pod>(t.admin, pods, { namespace: 'young' }, podBody('a'));
    await clock.advance(100);
    await t.api.create(t.admin, serviceAccounts, { namespace: 'young' }, { metadata: { name: 'default' } });
    const advancing = setInterval(() => void clock.advance(100), 5);
    expect((await creating).spec.serviceAccountName).toBe('default');
    clearInterval(advancing);
  });
});

// What a user's Prometheus scrapes of the parts beside the API: agents, controllers and scheduler, each at its own port,
// with the token of a service account that may read metrics, and not without.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';
import { freePort, Server } from './harness/server.ts';

let server: Server;
let kubectl: Kubectl;
let prometheus: string;
let stranger: string;
const ports = { controllers: 0, scheduler: 0, agent: 0 };

beforeAll(async () => {
  server = await Server.start(['--components', 'apiserver', '--node-credentials', 'one']);
  for (const part of ['controllers', 'scheduler', 'agent'] as const) ports[part] = await freePort();
  const loops = ['--controllers-port', `${ports.controllers}`, '--scheduler-port', `${ports.scheduler}`];
  server.runParts('controllers,scheduler', loops);
  const agent = ['--node-name', 'one', '--data-dir', server.dataDir, '--runtime', 'simulated'];
  server.run('agent', [...agent, '--port', `${ports.agent}`]);
  kubectl = await server.kubectl();
  await eventually('the node is ready', async () => / Ready /.test(await kubectl('get', 'node', 'one')));
  await kubectl('run', 'web', '--image=x');
  await kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=30s');

  await kubectl('create', 'serviceaccount', 'prometheus');
  await kubectl('create', 'serviceaccount', 'stranger');
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'prometheus' },
    rules: [
      { apiGroups: [''], resources: ['nodes/metrics', 'nodes/stats'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ],
  };
  await kubectl.run(['create', '-f', '-'], { input: JSON.stringify(role) });
  await kubectl(
    'create',
    'clusterrolebinding',
    'prometheus',
    '--clusterrole=prometheus',
    '--serviceaccount=default:prometheus',
  );
  prometheus = (await kubectl('create', 'token', 'prometheus')).trim();
  stranger = (await kubectl('create', 'token', 'stranger')).trim();
}, 120_000);
afterAll(() => server[Symbol.asyncDispose]());

type Part = keyof typeof ports;

/** An agent is known by the cluster's authority, the loops by nobody's. */
function scrape(part: Part, path: string, token?: string): Promise<{ code: number; text: string }> {
  const ca = readFileSync(join(server.dataDir, 'pki/ca.crt'));
  const agent = new Agent(part === 'agent' ? { ca } : { rejectUnauthorized: false });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: ports[part], path, headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ code: answer.statusCode ?? 0, text }));
    });
    sent.once('error', reject).end();
  });
}

const expected: readonly { part: Part; path: string; names: readonly string[] }[] = [
  {
    part: 'scheduler',
    path: '/metrics',
    names: ['scheduler_schedule_attempts_total{', 'scheduler_pending_pods{', 'rest_client_requests_total{'],
  },
  {
    part: 'controllers',
    path: '/metrics',
    names: ['workqueue_depth{', 'workqueue_adds_total{', 'process_cpu_seconds_total ', 'nodejs_version_info{'],
  },
  {
    part: 'agent',
    path: '/metrics',
    names: ['kubelet_running_pods 1', 'kubelet_node_name{node="one"} 1', 'rest_client_requests_total{'],
  },
  {
    part: 'agent',
    path: '/metrics/resource',
    names: ['node_cpu_usage_seconds_total', 'pod_memory_working_set_bytes{'],
  },
  { part: 'agent', path: '/stats/summary', names: ['"nodeName":"one"', '"name":"web"'] },
];

describe.each(expected)('$path of the $part', ({ part, path, names }) => {
  it('is what Prometheus asks for', async () => {
    const { code, text } = await scrape(part, path, prometheus);
    expect(code, text).toBe(200);
    for (const name of names) expect(text).toContain(name);
  });

  it('is nobody else’s', async () => {
    const asStranger = await scrape(part, path, stranger);
    expect(asStranger.code).toBe(403);
    expect(asStranger.text).toContain('system:serviceaccount:default:stranger');
    expect((await scrape(part, path, `${prometheus}x`)).code).toBe(401);
    expect((await scrape(part, path)).code).toBe(part === 'agent' ? 401 : 403);
  });
});

it('who may read metrics may not look into the node’s pods', async () => {
  const { code, text } = await scrape('agent', '/pods', prometheus);
  expect(code).toBe(403);
  expect(text).toContain('verb=get, resource=nodes, subresource=proxy');
});

it.each(Object.keys(ports) as Part[])('anybody may ask whether the %s is alive', async (part) => {
  expect(await scrape(part, '/healthz')).toEqual({ code: 200, text: 'ok' });
});

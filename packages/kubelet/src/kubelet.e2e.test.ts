// The kubelet over real Docker and the real API core: the life of pods.
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DockerNode, until } from './testing/docker-node.ts';

let node: DockerNode;

beforeAll(async () => {
  node = await DockerNode.create();
  await node.startAgent();
});

afterAll(async () => {
  await node.close();
});

describe('a pod', () => {
  test('starts, answers, and is told apart by kubectl', async () => {
    await node.createPod('web', { containers: [{ name: 'hello', ports: [{ containerPort: 8080 }] }] });
    const pod = await node.podThat('web', 'is ready', (pod) =>
      Boolean(pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')),
    );
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: '127.0.0.1', qosClass: 'BestEffort' });
    expect(pod.status?.podIP).toMatch(/^10\.251\.7\.\d+$/);
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      name: 'hello',
      ready: true,
      started: true,
      restartCount: 0,
      containerID: expect.stringMatching(/^docker:\/\/[0-9a-f]{64}$/),
    });
    expect(await fetchText(`http://${pod.status?.podIP}:8080/`)).toBe('Hello from web on an unnamed node\n');
    const reasons = await until('three events', async () => {
      const found = (await node.events('web')).map(({ reason, message }) => `${reason}: ${message}`);
      return found.length >= 3 ? found : undefined;
    });
    expect(reasons.sort()).toEqual([
      'Created: Created container: hello',
      'Pulled: Container image "berth/hello:1" already present on machine',
      'Started: Started container hello',
    ]);
  });
});

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

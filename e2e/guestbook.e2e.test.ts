// The guestbook example as it stands: three front ends, a Redis that is written to and two replicas that are read from,
// on real Docker. What one browser writes, every front end shows, and it outlives the containers.
import type { Endpoints, ObjectList, Pod } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually, output } from './harness/programs.ts';

const page = 'http://127.0.0.1:30090/cgi-bin/guestbook';
const entry = 'Fair winds & <following> seas — Zoë';
const cluster = new Cluster({ flags: ['--no-sample'] });
let kubectl: Kubectl;

beforeAll(async () => {
  await output('node', ['examples/guestbook/build-images.mjs']);
  await cluster.start();
  kubectl = await cluster.kubectl();
  await kubectl('apply', '-f', 'examples/guestbook/guestbook.yaml');
});

afterAll(() => cluster.remove());

const podsOf = async (selector: string) => (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', selector)).items;
const isReady = ({ status }: Pod) =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
const readyPods = (selector: string, count: number) =>
  eventually(`${count} ready pods of ${selector}`, async () => {
    const pods = await podsOf(selector);
    return pods.length === count && pods.every(isReady) && pods;
  });
const inRedis = (pod: Pod, ...command: string[]) =>
  kubectl('exec', pod.metadata.name, '--', 'redis-cli', '--raw', ...command);
const entriesIn = async (pod: Pod) => (await inRedis(pod, 'LRANGE', 'guestbook', '0', '-1')).trimEnd().split('\n');
const sign = (text: string) => output('curl', ['-sS', '--max-time', '10', '--data-urlencode', `entry=${text}`, page]);
const read = () => output('curl', ['-sS', '--fail', '--max-time', '10', page]);
const servedBy = (text: string) => /served by (\S+)</.exec(text)?.[1];

describe('guestbook', () => {
  it('comes up, over both nodes', async () => {
    const web = await readyPods('app=guestbook', 3);
    await readyPods('app=redis,role=primary', 1);
    const replicas = await readyPods('app=redis,role=replica', 2);
    for (const pods of [web, replicas])
      expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set(['node-1', 'node-2']));
  });

  it('has replicas that found the primary by their environment', async () => {
    const [replica] = await readyPods('app=redis,role=replica', 2);
    const address = await kubectl('get', 'service', 'redis-primary', '-o', 'jsonpath={.spec.clusterIP}');
    expect(replica!.spec.containers[0]!.args).toContain('$(REDIS_PRIMARY_SERVICE_HOST)');
    const state = await eventually('the replica follows', async () => {
      const text = await inRedis(replica!, 'INFO', 'replication');
      return text.includes('master_link_status:up') && text;
    });
    expect(state).toContain(`master_host:${address}\r\n`);
  });

  it('has front ends that find Redis by its name', async () => {
    const [web] = await readyPods('app=guestbook', 3);
    const lookup = (name: string) => kubectl('exec', web!.metadata.name, '--', 'nslookup', name);
    for (const name of ['redis-primary', 'redis-replica']) {
      const address = await kubectl('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');
      expect(await lookup(`${name}.default.svc.cluster.local`)).toContain(address);
    }
  });

  it('keeps an entry in the primary and in both replicas, and every front end shows it', async () => {
    await sign(entry);
    const redis = [...(await podsOf('app=redis,role=primary')), ...(await podsOf('app=redis,role=replica'))];
    expect(redis).toHaveLength(3);
    for (const pod of redis) {
      await eventually(`${pod.metadata.name} has the entry`, async () => (await entriesIn(pod)).includes(entry));
    }
    const names = (await podsOf('app=guestbook')).map(({ metadata }) => metadata.name);
    const answered = new Set<string | undefined>();
    for (let request = 0; request < 6; request++) {
      const text = await read();
      expect(text).toContain('<li>Fair winds &amp; &lt;following&gt; seas — Zoë</li>');
      answered.add(servedBy(text));
    }
    expect(answered).toEqual(new Set(names));
  });

  it('keeps what was written when the primary’s container is killed, and takes new entries', async () => {
    const [primary] = await podsOf('app=redis,role=primary');
    await output('docker', ['kill', primary!.status.containerStatuses![0]!.containerID!.replace('docker://', '')]);
    const restarted = await eventually('the primary runs again', async () => {
      const [pod] = await podsOf('app=redis,role=primary');
      return pod?.status.containerStatuses?.[0]?.restartCount === 1 && isReady(pod) && pod;
    });
    expect(await entriesIn(restarted)).toEqual([entry]);
    await eventually('the service leads to it again', async () => {
      const { subsets } = await kubectl.json<Endpoints>('get', 'endpoints', 'redis-primary');
      return subsets?.[0]?.addresses?.length === 1;
    });
    await sign('still here');
    for (const pod of await podsOf('app=redis,role=replica')) {
      await eventually(
        `${pod.metadata.name} has both`,
        async () => `${await entriesIn(pod)}` === `${[entry, 'still here']}`,
      );
    }
    expect(await read()).toContain('<li>still here</li>');
  });

  it('survives the loss of front ends and of a replica', async () => {
    await kubectl('delete', 'pods', '-l', 'app=guestbook', '--wait=false');
    const [replica] = await podsOf('app=redis,role=replica');
    await kubectl('delete', 'pod', replica!.metadata.name, '--grace-period=1');
    await readyPods('app=guestbook', 3);
    for (const pod of await readyPods('app=redis,role=replica', 2)) {
      await eventually(`${pod.metadata.name} has both`, async () => (await entriesIn(pod)).length === 2);
    }
    expect(await read()).toContain('<li>still here</li>');
  });
});

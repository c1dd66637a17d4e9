// An agent's proxy as a process of its own, which a test feeds with objects over standard input, kills and starts
// again. Prints `ready` once it holds the first objects.
import { createInterface } from 'node:readline';
import { createLogger, systemClock } from '@berth/host';
import { createInformer } from '@berth/informers';
import { FakeSource } from '@berth/informers/testing';
import { endpoints, type KubeObject, nodes, type Resource, services } from '@berth/objects';
import { createProxy } from '../index.ts';
import { type AgentSettings, apiServers, type Feed } from './machine.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as AgentSettings;
const resources: Readonly<Record<string, Resource>> = { services, endpoints, nodes };
const log = createLogger({ name: 'agent', level: 'warn' });
const source = new FakeSource();
const moved = new Set<() => void>();
let current: string = apiServers.api;
const { signal } = new AbortController();
const feed = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

await apply();
const common = { client: source, clock: systemClock, log };
const informers = {
  services: createInformer({ ...common, resource: services }),
  endpoints: createInformer({ ...common, resource: endpoints }),
  nodes: createInformer({ ...common, resource: nodes }),
};
for (const informer of Object.values(informers)) await informer.start(signal);
const proxy = createProxy({
  ...informers,
  ...settings,
  apiServers: {
    get current() {
      return current;
    },
    onMove(listener) {
      moved.add(listener);
      return () => moved.delete(listener);
    },
  },
  network: { gateway: settings.gateway, onChange: () => () => undefined },
  clock: systemClock,
  log,
});
await proxy.start(signal);
console.log('ready');
while (await apply()) console.log('applied');

async function apply(): Promise<boolean> {
  const { value, done } = await feed.next();
  if (done) return false;
  for (const change of JSON.parse(value) as Feed) {
    if ('apiServer' in change) {
      current = change.apiServer;
      for (const listener of moved) listener();
      continue;
    }
    const { plural, object, remove } = change;
    const resource = resources[plural]!;
    if (remove) source.remove(resource, remove);
    else source.put(resource, object as KubeObject);
  }
  return true;
}

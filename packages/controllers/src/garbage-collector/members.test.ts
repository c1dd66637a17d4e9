// Which resources the garbage collector follows, over the real API with a discovery that the test changes.
import { startTestApi, type TestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import { silentLogger, systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import {
  configMaps,
  type DiscoveredResource,
  qualifiedName,
  type Resource,
  StatusError,
  secrets,
} from '@berth/objects';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Members } from './members.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

const verbs = ['delete', 'get', 'list', 'watch'];
const discovered = (resource: Resource, more: Partial<DiscoveredResource> = {}): DiscoveredResource => ({
  ...resource,
  verbs,
  subresources: [],
  ...more,
});
const broken: Resource = { ...(configMaps as Resource), group: 'example.com', plural: 'things', kind: 'Thing' };

let clock: FakeClock;
let resources: readonly DiscoveredResource[];
let change: () => void;
beforeEach(() => {
  clock = new FakeClock();
  resources = [discovered(configMaps as Resource)];
});

function membersOf(client: Partial<Client> = {}): Members {
  const real = inProcessClient(t.api, t.admin);
  const definitions = {
    onChange(listener: (changes: readonly []) => void) {
      change = () => listener([]);
      return () => {};
    },
  };
  const asked = { ...real, discover: async () => resources, ...client };
  return new Members({ client: asked, clock, log: silentLogger, random: systemRandom, shared: [], definitions });
}

const namesOf = (members: Members) => [...members].map(({ resource }) => qualifiedName(resource)).sort();

/** Starts, and stops when the test is over. */
async function running(members: Members, run: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const { done } = await members.start(stop.signal);
  await run();
  stop.abort();
  await done;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('members', () => {
  it('come and go with what is served, and whoever listens is told', async () => {
    const members = membersOf();
    const told: string[] = [];
    members.onChange({
      joined: ({ resource }) => told.push(`+${resource.plural}`),
      left: ({ resource }) => told.push(`-${resource.plural}`),
    });
    await running(members, async () => {
      expect(namesOf(members)).toEqual(['configmaps']);
      resources = [...resources, discovered(secrets as Resource)];
      change();
      await until(() => members.named('secrets') !== undefined);
      resources = resources.slice(1);
      change();
      await until(() => members.named('configmaps') === undefined);
    });
    expect(told).toEqual(['+configmaps', '+secrets', '-configmaps', '-secrets']);
    expect(namesOf(members)).toEqual([]);
  });

  it('are only what can be listed, watched and deleted', async () => {
    resources = [...resources, discovered(secrets as Resource, { verbs: ['get', 'list'] })];
    const members = membersOf();
    await running(members, async () => expect(namesOf(members)).toEqual(['configmaps']));
  });

  it('that cannot be listed keep nobody waiting', async () => {
    resources = [...resources, discovered(broken)];
    const members = membersOf();
    const begun = running(members, async () => expect(namesOf(members)).toEqual(['configmaps']));
    await until(() => clock.now() > 0 && members.named('configmaps') !== undefined);
    await clock.advance(10_000);
    await begun;
  });

  it('are asked for again when the server does not tell', async () => {
    let answers = 0;
    const members = membersOf({
      async discover() {
        if (answers++ === 0) throw new StatusError('ServiceUnavailable', 'not yet');
        return resources;
      },
    });
    const begun = running(members, async () => expect(namesOf(members)).toEqual(['configmaps']));
    await until(() => answers > 1);
    await begun;
  });
});

// What limit ranges fill in and refuse, through the whole core: one namespace for each case.
import { type Container, type LimitRangeItem, limitRanges, type Pod, pods } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
let count = 0;
beforeAll(async () => {
  t = await startTestApi();
});
afterAll(() => t.close());

type Resources = NonNullable<Container['resources']>;

async function createPod(limits: Partial<LimitRangeItem>[], spec: object): Promise<Pod> {
  const namespace = `n-${++count}`;
  await t.namespace(namespace);
  for (const item of limits)
    await t.api.create(
      t.admin,
      limitRanges,
      { namespace },
      {
        metadata: { name: `l-${++count}` },
        spec: { limits: [item] },
      },
    );
  return t.api.create(t.admin, pods, { namespace }, { metadata: { name: 'p' }, spec });
}

const main = (resources: Resources = {}) => ({ name: 'main', image: 'hello', resources });

describe('what a container leaves out', () => {
  const item = { type: 'Container' as const, defaultRequest: { cpu: '100m', memory: '64Mi' }, default: { cpu: '1' } };
  const cases: { name: string; resources: Resources; expected: Resources; told: string | undefined }[] = [
    {
      name: 'everything',
      resources: {},
      expected: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1' } },
      told: 'cpu, memory request for container main; cpu limit for container main',
    },
    {
      name: 'a part',
      resources: { requests: { cpu: '500m' } },
      expected: { requests: { cpu: '500m', memory: '64Mi' }, limits: { cpu: '1' } },
      told: 'memory request for container main; cpu limit for container main',
    },
    {
      name: 'nothing',
      resources: { requests: { cpu: '1', memory: '1Mi' }, limits: { cpu: '2' } },
      expected: { requests: { cpu: '1', memory: '1Mi' }, limits: { cpu: '2' } },
      told: undefined,
    },
  ];
  test.each(cases)('$name', async ({ resources, expected, told }) => {
    const pod = await createPod([item], { containers: [main(resources)] });
    expect(pod.spec.containers[0]?.resources).toEqual(expected);
    expect(pod.metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(told && `LimitRanger plugin set: ${told}`);
  });

  test('is filled in of init containers too', async () => {
    const pod = await createPod([item], { containers: [main()], initContainers: [{ name: 'init', image: 'hello' }] });
    expect(pod.spec.initContainers?.[0]?.resources?.limits).toEqual({ cpu: '1' });
  });
});

describe('what is out of bounds', () => {
  const asks = (request: string, limit = request): Resources => ({
    requests: { cpu: request },
    limits: { cpu: limit },
  });
  const cases: { name: string; item: Partial<LimitRangeItem>; containers: Resources[]; problem: string | undefined }[] =
    [
      {
        name: 'nothing',
        item: { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' } },
        containers: [asks('1', '2')],
        problem: undefined,
      },
      {
        name: 'too little',
        item: { type: 'Container', min: { cpu: '100m' } },
        containers: [asks('50m')],
        problem: 'minimum cpu usage per Container is 100m, but request is 50m',
      },
      {
        name: 'too much',
        item: { type: 'Container', max: { cpu: '1' } },
        containers: [asks('1', '2')],
        problem: 'maximum cpu usage per Container is 1, but limit is 2',
      },
      {
        name: 'too wide',
        item: { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
        containers: [asks('500m', '2')],
        problem: 'cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
      },
      {
        name: 'too much together',
        item: { type: 'Pod', max: { cpu: '3' } },
        containers: [asks('2'), asks('2')],
        problem: 'maximum cpu usage per Pod is 3, but limit is 4',
      },
      {
        name: 'a pod that says nothing where it must',
        item: { type: 'Pod', min: { cpu: '1' }, max: { cpu: '3' } },
        containers: [{}],
        problem:
          '[minimum cpu usage per Pod is 1.  No request is specified, maximum cpu usage per Pod is 3.  No limit is specified]',
      },
    ];
  test.each(cases)('$name', async ({ item, containers, problem }) => {
    const spec = { containers: containers.map((resources, index) => ({ ...main(resources), name: `c${index}` })) };
    const creating = createPod([item], spec);
    if (problem === undefined) await expect(creating).resolves.toBeDefined();
    else await expect(creating).rejects.toMatchObject({ code: 403, message: `pods "p" is forbidden: ${problem}` });
  });
});

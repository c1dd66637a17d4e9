// Custom resources with real kubectl, old and new, on a real server: from the definition to its end, restarts included.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allKubectlVersions, isAtLeast, type Kubectl } from './harness/kubectl.ts';
import { Server } from './harness/server.ts';

const manifest = readFileSync('e2e/manifests/custom-resources.yaml', 'utf8');

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server[Symbol.asyncDispose]());

/** 1.20 knows neither strict validation nor `--subresource`. */
const versions = allKubectlVersions.filter((version) => isAtLeast(version, '1.27'));

describe.each(versions)('kubectl %s', (version) => {
  const group = `v${version.replace('.', '-')}.example.com`;
  let kubectl: Kubectl;
  const run = async (args: readonly string[], input?: object | string) => {
    const { stdout, stderr } = await kubectl.run(
      args,
      input ? { input: typeof input === 'string' ? input : JSON.stringify(input) } : {},
    );
    return `${stdout}${stderr}`.trim();
  };
  /** Whether it has `--validate=strict` and its like. */
  const validates = isAtLeast(version, '1.27');
  /** With a kubectl that can. */
  const patchStatus = async (kind: string, name: string, body: string) => {
    const newest = await server.kubectl();
    await newest('patch', kind, name, '--subresource=status', '--type=merge', '-p', body);
  };
  const resource = `crontabs.v1.${group}`;
  const cronTab = (name: string, spec: object, more: object = {}) => ({
    apiVersion: `${group}/v1`,
    kind: 'CronTab',
    metadata: { name },
    spec,
    ...more,
  });
  const good = { cronSpec: '* * * * */5', image: 'mine' };
  const fromStdin = ['-f', '-'];

  beforeAll(async () => {
    kubectl = await server.kubectl(version);
    await run(['apply', ...fromStdin], manifest.replaceAll('GROUP', group));
    for (const plural of ['crontabs', 'certificates'])
      expect(await run(['wait', '--for=condition=Established', `crd/${plural}.${group}`, '--timeout=30s'])).toContain(
        'condition met',
      );
  });

  test('the definition is a resource like others, and its kinds are found', async () => {
    expect(await run(['get', 'crd', `crontabs.${group}`])).toMatch(
      /^NAME +CREATED AT\ncrontabs\.\S+ +\d{4}-\d\d-\d\dT\S+$/,
    );
    expect(await run(['api-resources', `--api-group=${group}`, '--no-headers'])).toMatch(
      new RegExp(`^certificates +cert +${group}/v1 +true +Certificate\ncrontabs +ct +${group}/v1 +true +CronTab$`),
    );
    expect(await run(['explain', 'crontabs.spec.cronSpec', `--api-version=${group}/v1`])).toContain(
      'Minutes, hours, days of the month',
    );
    expect(await run(['explain', 'crontabs', `--api-version=${group}/v1`])).toContain(
      'A job that comes again and again.',
    );
  });

  test('objects that the schema takes are created, with its defaults', async () => {
    expect(await run(['create', ...fromStdin], cronTab('first', good))).toBe(`crontab.${group}/first created`);
    const { spec, metadata } = await kubectl.json<{ spec: object; metadata: { generation: number } }>(
      'get',
      resource,
      'first',
    );
    expect([spec, metadata.generation]).toEqual([{ ...good, replicas: 1 }, 1]);
    const template = { apiVersion: 'v1', kind: 'Secret', metadata: { labels: { a: 'b' } }, anything: [1] };
    const certificate = {
      apiVersion: `${group}/v1`,
      kind: 'Certificate',
      metadata: { name: 'web' },
      spec: { secretName: 's', issuerRef: { name: 'ca' }, template },
    };
    expect(await run(['apply', ...fromStdin], certificate)).toBe(`certificate.${group}/web created`);
    const made = await kubectl.json<{ spec: { issuerRef: object; template: object } }>(
      'get',
      `certificates.${group}`,
      'web',
    );
    expect([made.spec.issuerRef, made.spec.template]).toEqual([{ name: 'ca', kind: 'Issuer' }, template]);
  });

  test.each<[string, object, string]>([
    ['no spec', {}, 'spec.cronSpec: Required value'],
    [
      'a text for a number',
      { ...good, replicas: 'many' },
      'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
    ],
    [
      'a number out of bounds',
      { ...good, replicas: 11 },
      'spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10',
    ],
    [
      'a text of another form',
      { ...good, cronSpec: 'often' },
      `spec.cronSpec: Invalid value: "often": spec.cronSpec in body should match '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'`,
    ],
    [
      'no choice',
      { ...good, policy: 'Maybe' },
      'spec.policy: Unsupported value: "Maybe": supported values: "Allow", "Forbid"',
    ],
    [
      'a key twice',
      { ...good, ports: [{ name: 'a' }, { name: 'a' }] },
      'spec.ports[1]: Duplicate value: map[string]interface {}{"name":"a"}',
    ],
    [
      'what a rule forbids',
      { cronSpec: good.cronSpec, replicas: 5 },
      'spec: Invalid value: "object": busybox must not run more than four times',
    ],
  ])('%s is refused', async (_, spec, message) => {
    expect(await run(['create', '--validate=false', ...fromStdin], cronTab('bad', spec))).toContain(message);
    expect(await run(['get', resource, 'bad'])).toContain('(NotFound)');
  });

  if (validates)
    test('an unknown field may be refused', async () => {
      const told = await run(['create', '--validate=strict', ...fromStdin], cronTab('bad', { ...good, foo: 1 }));
      expect(told).toContain('strict decoding error: unknown field "spec.foo"');
    });

  if (validates)
    test('an unknown field may be warned of, and is dropped', async () => {
      const told = await run(['create', '--validate=warn', ...fromStdin], cronTab('warned', { ...good, foo: 1 }));
      expect(told).toContain('Warning: unknown field "spec.foo"');
      expect((await kubectl.json<{ spec: object }>('get', resource, 'warned')).spec).toEqual({ ...good, replicas: 1 });
      await run(['delete', resource, 'warned']);
    });

  test('tables have the columns of the definition', async () => {
    expect(await run(['get', resource])).toMatch(/^NAME +SPEC +REPLICAS +AGE\nfirst +\* \* \* \* \*\/5 +1 +\d+s$/);
    expect(await run(['get', resource, '-o', 'wide'])).toMatch(
      /^NAME +SPEC +REPLICAS +IMAGE +AGE\nfirst .* mine +\d+s$/,
    );
    expect(await run(['get', 'all', '-o', 'name'])).toContain(`crontab.${group}/first`);
    expect(await run(['get', resource, '--field-selector=spec.image=mine', '-o', 'name'])).toBe(
      `crontab.${group}/first`,
    );
    expect(await run(['get', resource, '--field-selector=spec.image=other', '-o', 'name'])).toBe('');
    await patchStatus(`certificates.${group}`, 'web', '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}');
    expect(await run(['get', `certificates.${group}`])).toMatch(/^NAME +READY +SECRET\nweb +True +s$/);
  });

  test('patches are merges or lists of operations, and nothing else', async () => {
    const patch = (type: string, body: object) =>
      run(['patch', resource, 'first', `--type=${type}`, '-p', JSON.stringify(body)]);
    expect(await patch('merge', { spec: { replicas: 2 } })).toContain('patched');
    expect(await patch('json', [{ op: 'replace', path: '/spec/replicas', value: 3 }])).toContain('patched');
    expect(await patch('strategic', { spec: { replicas: 4 } })).toContain(
      'accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
    expect(await patch('merge', { spec: { cronSpec: '0 * * * *' } })).toContain(
      'spec.cronSpec: Invalid value: "object": cronSpec was * * * * */5',
    );
    expect(await run(['label', resource, 'first', 'a=b'])).toContain('labeled');
    const { spec, metadata } = await kubectl.json<{ spec: { replicas: number }; metadata: { generation: number } }>(
      'get',
      resource,
      'first',
    );
    expect([spec.replicas, metadata.generation]).toEqual([3, 3]);
  });

  test('replicas are scaled, and the status is changed by itself', async () => {
    expect(await run(['scale', resource, 'first', '--replicas=4'])).toContain('scaled');
    expect(await run(['scale', resource, 'first', '--replicas=40'])).toContain('spec.replicas: Invalid value: 40');
    await patchStatus(resource, 'first', '{"spec":{"replicas":9},"status":{"replicas":4,"selector":"a=b"}}');
    const scale = JSON.parse(
      await run(['get', '--raw', `/apis/${group}/v1/namespaces/default/crontabs/first/scale`]),
    ) as object;
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 4 }, status: { replicas: 4, selector: 'a=b' } });
  });

  test('apply changes what it applied, on the client and on the server', async () => {
    const applied = (spec: object) => cronTab('applied', { ...good, ...spec });
    const apply = (spec: object, ...flags: string[]) => run(['apply', ...flags, ...fromStdin], applied(spec));
    expect(await apply({ policy: 'Allow' })).toContain('created');
    expect(await apply({ policy: 'Allow' })).toContain('unchanged');
    expect(await apply({})).toContain('configured');
    expect((await kubectl.json<{ spec: object }>('get', resource, 'applied')).spec).toEqual({ ...good, replicas: 1 });
    const onServer = (name: string, ports: object[], ...flags: string[]) =>
      run(
        ['apply', '--server-side', `--field-manager=${name}`, ...flags, ...fromStdin],
        cronTab('shared', { ...good, ports }),
      );
    expect(await onServer('one', [{ name: 'a', port: 1 }])).toContain('serverside-applied');
    expect(await onServer('two', [{ name: 'b', port: 2 }])).toContain('serverside-applied');
    expect(await onServer('two', [{ name: 'a', port: 2 }])).toContain(
      'conflict with "one": .spec.ports[name="a"].port',
    );
    expect(await onServer('two', [{ name: 'a', port: 2 }], '--force-conflicts')).toContain('serverside-applied');
    const { spec } = await kubectl.json<{ spec: { ports: object[] } }>('get', resource, 'shared');
    expect(spec.ports).toEqual([{ name: 'a', port: 2 }]);
    expect(await run(['diff', ...fromStdin], applied({ replicas: 2 }))).toMatch(/^-\s+replicas: 1\n\+\s+replicas: 2$/m);
  });

  test('each version shows what its schema knows, and an old one is warned of', async () => {
    const told = await run(['get', `crontabs.v1beta1.${group}`, 'first', '-o', 'jsonpath={.apiVersion} {.spec}']);
    expect(told).toContain(`${group}/v1beta1 {"cronSpec":"* * * * */5"}`);
    expect(told).toContain('Warning: use v1');
  });

  test('a watch sees what happens', async () => {
    const args = ['get', resource, '--watch', '--output-watch-events', '--request-timeout=6s'];
    let ended = false;
    const watch = kubectl.run(args).finally(() => {
      ended = true;
    });
    // It begins when it begins.
    while (!ended) {
      await run(['create', ...fromStdin], cronTab('passing', good));
      await run(['delete', resource, 'passing']);
    }
    const { stdout } = await watch;
    expect(stdout).toMatch(/^ADDED +first /m);
    expect(stdout).toMatch(/^ADDED +passing [\s\S]*^DELETED +passing /m);
  });
});

test('definitions and their objects outlive the server, and go together', async () => {
  const [version] = allKubectlVersions.slice(-1);
  const group = `v${version!.replace('.', '-')}.example.com`;
  const kubectl = await server.kubectl(version);
  await server.restart();
  expect(await kubectl('get', `crontabs.${group}`, 'first', '-o', 'name')).toBe(`crontab.${group}/first\n`);
  expect(await kubectl('delete', 'crd', `crontabs.${group}`)).toContain('deleted');
  const { stderr } = await kubectl.run(['get', `crontabs.${group}`]);
  expect(stderr).toMatch(/the server (could not find the requested resource|doesn't have a resource type)/);
  expect(await kubectl('get', `certificates.${group}`, '-o', 'name')).toBe(`certificate.${group}/web\n`);
});

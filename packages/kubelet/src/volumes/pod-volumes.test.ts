import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@berth/host/testing';
import type { ConfigMap, Container, KubeObject, Pod, Volume } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { writeDirectory } from './atomic-directory.ts';
import { PodVolumes } from './pod-volumes.ts';
import { changesFiles } from './volume-files.ts';

let root: string;
let volumes: PodVolumes;
let data: Record<string, string> | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-volumes-'));
  volumes = new PodVolumes(root, new FakeClock());
  data = { a: '1', b: '2' };
});

afterEach(() => rm(root, { recursive: true, force: true }));

function prepare(pod: Pod): Promise<void> {
  const facts = { pod, podIP: undefined, hostIP: '192.0.2.1', allocatable: {} };
  const references = {
    async read<T extends KubeObject>(_resource: unknown, name: string) {
      const metadata = { name, uid: name, resourceVersion: '1', creationTimestamp: '' };
      const found: ConfigMap | undefined = data && { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      return found as unknown as T | undefined;
    },
  };
  const token = async ({ audience = 'api' }: { audience?: string }) => `token for ${audience}`;
  return volumes.prepare(pod, { facts, references, token });
}

function withVolume(volume: Partial<Volume>, container: Partial<Container> = {}): Pod {
  return podOf({ volumes: [{ name: 'v', ...volume }], containers: [{ name: 'web', ...container }] });
}

function path(...parts: string[]): string {
  return join(root, 'pods', 'u', 'volumes', 'v', ...parts);
}

describe('a directory of files', () => {
  const clock = new FakeClock();
  const files = (entries: Record<string, string>) =>
    new Map(Object.entries(entries).map(([name, text]) => [name, { content: Buffer.from(text), mode: 0o640 }]));

  test('changes in one step, drops what is gone, and keeps one version', async () => {
    const directory = join(root, 'd');
    expect(await writeDirectory(directory, files({ a: '1', 'sub/b': '2' }), clock)).toBe(true);
    const first = await readlink(join(directory, '..data'));
    expect((await stat(join(directory, 'a'))).mode & 0o777).toBe(0o640);
    expect(await writeDirectory(directory, files({ a: '9', c: '3' }), clock)).toBe(true);
    expect(await readlink(join(directory, '..data'))).not.toBe(first);
    expect((await readdir(directory)).filter((name) => !name.startsWith('..'))).toEqual(['a', 'c']);
    expect(await readdir(directory)).toHaveLength(4);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('9');
  });

  test('is left alone when nothing changed', async () => {
    const directory = join(root, 'd');
    await writeDirectory(directory, files({ a: '1' }), clock);
    const link = await readlink(join(directory, '..data'));
    expect(await writeDirectory(directory, files({ a: '1' }), clock)).toBe(false);
    expect(await readlink(join(directory, '..data'))).toBe(link);
  });

  test('is whole again after a writer that died half-way', async () => {
    const directory = join(root, 'd');
    await mkdir(join(directory, '..half'), { recursive: true });
    await symlink('..half', join(directory, '..data_tmp'));
    await writeDirectory(directory, files({ a: '1' }), clock);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('1');
  });
});

describe('volumes', () => {
  test('lie where nobody else may look', async () => {
    await prepare(withVolume({ configMap: { name: 'x' } }));
    expect((await stat(join(root, 'pods'))).mode & 0o777).toBe(0o700);
    expect(await readFile(path('a'), 'utf8')).toBe('1');
  });

  test('that are told which keys have no others', async () => {
    await prepare(withVolume({ configMap: { name: 'x', items: [{ key: 'b', path: 'deep/er', mode: 0o400 }] } }));
    expect(await readFile(path('deep', 'er'), 'utf8')).toBe('2');
    await expect(stat(path('a'))).rejects.toThrow('ENOENT');
  });

  const refusals: [string, Partial<Volume>, string][] = [
    ['a missing key', { configMap: { name: 'x', items: [{ key: 'z', path: 'z' }] } }, 'non-existent config key: z'],
    ['a path that leads out', { configMap: { name: 'x', items: [{ key: 'a', path: '../a' }] } }, 'invalid path "../a"'],
    ['a kind that is not there', { nfs: { server: 's', path: '/' } }, 'volumes of type nfs are not supported'],
    [
      'a host path of another type',
      { hostPath: { path: '/proc/self/status', type: 'Directory' } },
      'is not a directory',
    ],
  ];
  test.each(refusals)('refuse %s', async (_name, volume, message) => {
    await expect(prepare(withVolume(volume))).rejects.toThrow(`MountVolume.SetUp failed for volume "v" : `);
    await expect(prepare(withVolume(volume))).rejects.toThrow(message);
  });

  test('of what is not there are refused, or empty when it is optional', async () => {
    data = undefined;
    await expect(prepare(withVolume({ configMap: { name: 'x' } }))).rejects.toThrow('configmap "x" not found');
    await prepare(withVolume({ configMap: { name: 'x', optional: true } }));
    expect((await readdir(path())).filter((name) => !name.startsWith('..'))).toEqual([]);
  });

  test.each<[string, Partial<Volume>, boolean]>([
    ['of the downward API', { downwardAPI: { items: [] } }, true],
    ['with such a part', { projected: { sources: [{ configMap: { name: 'c' } }, { downwardAPI: {} }] } }, true],
    ['of anything else', { projected: { sources: [{ configMap: { name: 'c' } }] } }, false],
  ])('%s follow the labels and annotations of their pod, or need not', (_name, volume, follow) => {
    const pod = withVolume(volume);
    const withMetadata = (more: object): Pod => ({ ...pod, metadata: { ...pod.metadata, ...more } });
    expect(changesFiles(pod, withMetadata({ labels: { a: '2' } }))).toBe(follow);
    expect(changesFiles(pod, withMetadata({ annotations: { a: '2' } }))).toBe(follow);
    expect(changesFiles(pod, withMetadata({ resourceVersion: '2' }))).toBe(false);
  });

  test('keep what is in an emptyDir, which everybody in the pod may write', async () => {
    const pod = withVolume({ emptyDir: {} });
    await prepare(pod);
    await writeFile(path('kept'), 'x');
    await prepare(pod);
    expect(await readFile(path('kept'), 'utf8')).toBe('x');
    expect((await stat(path())).mode & 0o777).toBe(0o777);
    await volumes.remove('u');
    await expect(stat(path())).rejects.toThrow('ENOENT');
  });
});

describe('mounts', () => {
  async function mount(volume: Partial<Volume>, volumeMount: object) {
    const container = { name: 'web', volumeMounts: [{ name: 'v', mountPath: '/m', ...volumeMount }] };
    const pod = withVolume(volume, container);
    await prepare(pod);
    return (await volumes.mounts(pod, container, new Map([['NAME', 'web-0']])))[0];
  }

  test('make the part of a volume that is asked for', async () => {
    const found = await mount({ emptyDir: {} }, { subPathExpr: 'logs/$(NAME)' });
    expect(found).toMatchObject({
      type: 'bind',
      hostPath: path('logs', 'web-0'),
      containerPath: '/m',
      readOnly: false,
    });
    expect((await stat(path('logs', 'web-0'))).isDirectory()).toBe(true);
  });

  test('of what comes from the API are read-only', async () => {
    expect(await mount({ configMap: { name: 'x' } }, {})).toMatchObject({ readOnly: true });
  });

  test('of memory are held by the sandbox', async () => {
    const volume = { emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } };
    expect(await mount(volume, {})).toEqual({ type: 'memory', volume: 'v', containerPath: '/m', readOnly: false });
    expect(volumes.memoryVolumes(withVolume(volume))).toEqual([{ name: 'v', sizeBytes: 2 ** 21 }]);
  });

  test('do not follow a link that a container made out of the volume', async () => {
    await prepare(withVolume({ emptyDir: {} }));
    await chmod(path(), 0o777);
    await symlink('/etc', path('trap'));
    for (const subPath of ['trap', 'trap/passwd', 'trap/new/er', '../other', '/etc']) {
      await expect(mount({ emptyDir: {} }, { subPath })).rejects.toThrow(
        /leads out of the volume|must be a relative path/,
      );
    }
  });
});

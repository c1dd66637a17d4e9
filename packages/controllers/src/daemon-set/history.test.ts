// Which revision a template is, and which ones are kept.
import type { ControllerRevision, DaemonSet } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { daemonSet, podOn } from './daemon-fixture.ts';
import { beyondLimit, hashOf, historyOf, revisionFor } from './history.ts';

const withImage = (image: string): DaemonSet =>
  daemonSet({ template: { metadata: { labels: { app: 'log' } }, spec: { containers: [{ name: 'c', image }] } } });

function stored(image: string, revision: number, name?: string): ControllerRevision {
  const { metadata, data } = revisionFor(withImage(image), revision);
  const given = { uid: `uid ${image}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { ...metadata, ...given, name: name ?? metadata.name ?? '' },
    data,
    revision,
  };
}

describe('history', () => {
  it('has no current revision for a template that is new', () => {
    const history = historyOf(withImage('3'), [stored('2', 2), stored('1', 1)]);
    expect(history.current).toBeUndefined();
    expect(history.old.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(history.latest).toBe(3);
  });

  it('finds an old template again, and makes it the latest', () => {
    const history = historyOf(withImage('1'), [stored('2', 2), stored('1', 1)]);
    expect([history.current?.revision, history.latest, history.old.length]).toEqual([1, 3, 1]);
  });

  it('keeps a template in the bytes by which kubectl knows it again', () => {
    expect(JSON.stringify(revisionFor(withImage('1'), 1).data)).toBe(
      '{"spec":{"template":{"$patch":"replace","metadata":{"creationTimestamp":null,"labels":{"app":"log"}},' +
        '"spec":{"containers":[{"image":"1","name":"c","resources":{}}]}}}}',
    );
  });

  it('begins with 1', () => {
    expect(historyOf(withImage('1'), [])).toEqual({ current: undefined, old: [], latest: 1 });
  });

  it('tells templates from each other, and not the order in which they are written', () => {
    const { spec, ...rest } = withImage('1');
    const { metadata, spec: pod } = spec.template;
    const turned = { ...rest, spec: { ...spec, template: { spec: pod, metadata } } };
    const [one, same, other] = [withImage('1'), turned, withImage('2')].map((set) => revisionFor(set, 1));
    expect(same).toEqual(one);
    expect(other?.metadata.name).not.toBe(one?.metadata.name);
    expect(one?.metadata.name).toMatch(/^log-[a-z0-9]+$/);
    expect(one?.metadata.labels).toEqual({ app: 'log', 'controller-revision-hash': one?.metadata.name?.slice(4) });
    const collided = revisionFor({ ...withImage('1'), status: { ...withImage('1').status, collisionCount: 1 } }, 1);
    expect(collided.metadata.name).not.toBe(one?.metadata.name);
  });

  it('forgets the oldest beyond the limit, but none that pods are of', () => {
    const old = [stored('1', 1), stored('2', 2), stored('3', 3), stored('4', 4)];
    const live = podOn('p', { node: 'a' });
    const pods = [{ ...live, metadata: { ...live.metadata, labels: { 'controller-revision-hash': hashOf(old[0]!) } } }];
    const numbers = (revisionHistoryLimit: number | undefined, of: typeof pods) =>
      beyondLimit(daemonSet({ revisionHistoryLimit }), { old }, of).map(({ revision }) => revision);
    expect(numbers(undefined, [])).toEqual([]);
    expect(numbers(2, [])).toEqual([1, 2]);
    expect(numbers(2, pods)).toEqual([2, 3]);
    expect(numbers(0, pods)).toEqual([2, 3, 4]);
  });
});

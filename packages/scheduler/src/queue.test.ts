// When a pod that waits gets its next try.
import { FakeClock } from '@berth/host/testing';
import { describe, expect, it } from 'vitest';
import { SchedulingQueue } from './queue.ts';
import { podNamed } from './testing/objects.ts';

function begin() {
  const clock = new FakeClock();
  let woken = 0;
  const queue = new SchedulingQueue(clock, () => woken++);
  const taken = () => {
    const names: string[] = [];
    for (let pod = queue.take(); pod; pod = queue.take()) names.push(pod.metadata.name);
    return names;
  };
  return { clock, queue, taken, woken: () => woken };
}

describe('scheduling queue', () => {
  it('hands out pods in the order in which they came, each once', () => {
    const { queue, taken, woken } = begin();
    for (const name of ['a', 'b', 'a', 'c']) queue.put(podNamed(name));
    expect([taken(), taken(), woken()]).toEqual([['a', 'b', 'c'], [], 3]);
  });

  it('hands out pods of higher priority first, also when they come back', async () => {
    const { clock, queue, taken } = begin();
    const of = (name: string, priority: number) => podNamed(name, { spec: { priority } });
    for (const pod of [of('a', 0), of('b', 5), of('c', -5), of('d', 5)]) queue.put(pod);
    expect(taken()).toEqual(['b', 'd', 'a', 'c']);
    for (const name of ['c', 'a', 'd', 'b']) queue.failed(`pod ${name}`);
    await clock.advance(1_000);
    queue.makeRoom();
    expect(taken()).toEqual(['d', 'b', 'a', 'c']);
  });

  it('forgets a pod that is removed, whatever became of it', () => {
    const { queue, taken } = begin();
    for (const name of ['a', 'b']) queue.put(podNamed(name));
    queue.remove('pod a');
    expect(taken()).toEqual(['b']);
    queue.remove('pod b');
    queue.failed('pod b');
    queue.retry('pod b');
    queue.makeRoom();
    expect(taken()).toEqual([]);
  });

  it('tries an unschedulable pod again when there may be room, but not before its back-off is over', async () => {
    const { clock, queue, taken } = begin();
    queue.put(podNamed('a'));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      expect(taken()).toEqual(['a']);
      queue.failed('pod a');
      const from = clock.now();
      queue.makeRoom();
      while (clock.now() - from < 20_000) {
        await clock.advance(500);
        const [pod] = taken();
        if (!pod) continue;
        queue.failed('pod a');
        break;
      }
      waits.push(clock.now() - from);
      queue.makeRoom();
      await clock.advance(10_000);
    }
    expect(waits).toEqual([1_000, 4_000, 10_000, 10_000, 10_000, 10_000]);
  });

  it('tries again after five minutes although nothing happened', async () => {
    const { clock, queue, taken } = begin();
    queue.put(podNamed('a'));
    taken();
    queue.failed('pod a');
    await clock.advance(299_000);
    expect(taken()).toEqual([]);
    await clock.advance(1_000);
    expect(taken()).toEqual(['a']);
  });

  it('tries a pod again at once when what it asks for changed', () => {
    const { queue, taken } = begin();
    queue.put(podNamed('a'));
    taken();
    queue.failed('pod a');
    queue.put(podNamed('a', { labels: { new: 'label' } }));
    expect(taken()).toEqual([]);
    queue.put(podNamed('a', { spec: { tolerations: [{ operator: 'Exists' }] } }));
    expect(taken()).toEqual(['a']);
  });

  it('tries a pod that could not be bound again after a while', async () => {
    const { clock, queue, taken } = begin();
    queue.put(podNamed('a'));
    taken();
    queue.retry('pod a');
    await clock.advance(999);
    expect(taken()).toEqual([]);
    await clock.advance(1);
    expect(taken()).toEqual(['a']);
    queue.close();
    expect(clock.waiting).toBe(0);
  });
});

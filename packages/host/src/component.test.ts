import { describe, expect, it } from 'vitest';
import { aborted, type Component, silentLogger, startInOrder } from './index.ts';

function recording(name: string, log: string[]): Component {
  return {
    name,
    async start(signal) {
      log.push(`${name} started`);
      return {
        done: aborted(signal).then(() => {
          log.push(`${name} stopped`);
        }),
      };
    },
  };
}

describe('startInOrder', () => {
  it('starts in order and stops in reverse', async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const { done } = await startInOrder([recording('a', log), recording('b', log)], stop.signal, silentLogger);
    stop.abort();
    await done;
    expect(log).toEqual(['a started', 'b started', 'b stopped', 'a stopped']);
  });

  it('stops those before a component that fails to start, and throws its error', async () => {
    const log: string[] = [];
    const failing: Component = { name: 'b', start: () => Promise.reject(new Error('no')) };
    const started = startInOrder([recording('a', log), failing], new AbortController().signal, silentLogger);
    await expect(started).rejects.toThrow('no');
    expect(log).toEqual(['a started', 'a stopped']);
  });

  it('stops all when one fails later, and says so', async () => {
    const log: string[] = [];
    const failing: Component = { name: 'b', start: async () => ({ done: Promise.reject(new Error('broke')) }) };
    const { done } = await startInOrder([recording('a', log), failing], new AbortController().signal, silentLogger);
    await expect(done).rejects.toThrow('broke');
    expect(log).toEqual(['a started', 'a stopped']);
  });

  // An agent that waited for its network could not be stopped: only components that had started heard of the end.
  it('tells a component that is still starting to stop', async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const waiting: Component = {
      name: 'b',
      async start(signal) {
        await aborted(signal);
        return { done: Promise.resolve() };
      },
    };
    const starting = startInOrder([recording('a', log), waiting], stop.signal, silentLogger);
    stop.abort();
    const { done } = await starting;
    await done;
    expect(log).toEqual(['a started', 'a stopped']);
  });
});

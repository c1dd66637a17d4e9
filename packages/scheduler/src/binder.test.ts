// Whether a pod is on its node, when answers get lost.
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { conflictError, notFoundError, pods, StatusError } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type BindOptions, bind } from './binder.ts';
import { podNamed } from './testing/objects.ts';

const away = new StatusError('ServiceUnavailable', 'away');
const timeout = new StatusError('Timeout', 'timeout');
const conflict = conflictError(pods, 'p', 'pod p is already assigned to node "n"');

interface Case {
  readonly name: string;
  /** What each bind answers; undefined: done. */
  readonly binds: (Error | undefined)[];
  /** The node that a read finds the pod on, or why it cannot be read. */
  readonly reads?: (string | Error | undefined)[];
  readonly is: boolean;
}

const cases: Case[] = [
  { name: 'bound', binds: [undefined], is: true },
  { name: 'refused', binds: [new StatusError('Forbidden', 'no')], is: false },
  { name: 'the pod is gone', binds: [notFoundError(pods, 'p')], is: false },
  { name: 'the answer was lost, and it was done', binds: [timeout, conflict], reads: ['n'], is: true },
  { name: 'the answer was lost, and it was not done', binds: [away, timeout, undefined], is: true },
  { name: 'another one has bound it', binds: [conflict], reads: ['other'], is: false },
  { name: 'a conflict about something else', binds: [conflict], reads: [undefined], is: false },
  { name: 'a conflict that cannot be looked into at first', binds: [conflict, conflict], reads: [away, 'n'], is: true },
  {
    name: 'a conflict with a pod that is gone by now',
    binds: [conflict],
    reads: [notFoundError(pods, 'p')],
    is: false,
  },
];

describe('bind', () => {
  it.each(cases)('$name: $is', async ({ binds, reads = [], is }) => {
    const clock = new FakeClock();
    const pod = podNamed('p');
    const client = {
      async bind() {
        const answer = binds.shift();
        if (answer) throw answer;
      },
      async get() {
        const answer = reads.shift();
        if (answer instanceof Error) throw answer;
        return { ...pod, spec: { ...pod.spec, nodeName: answer } };
      },
    } as unknown as BindOptions['client'];
    const result = bind({ client, clock, log: silentLogger }, { pod, node: 'n' }, new AbortController().signal);
    for (let i = 0; i < 5; i++) await clock.advance(1_000);
    expect(await result).toBe(is);
    expect([binds, reads]).toEqual([[], []]);
  });

  it('does not know when it is stopped in doubt', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const client = { bind: () => Promise.reject(timeout) } as unknown as BindOptions['client'];
    const result = bind({ client, clock, log: silentLogger }, { pod: podNamed('p'), node: 'n' }, stop.signal);
    await clock.advance(1_000);
    stop.abort();
    expect(await result).toBe(undefined);
  });
});

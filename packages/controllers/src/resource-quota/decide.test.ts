// What a quota's status becomes, from what is booked and what is counted.
import type { ResourceQuota } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type Difference, decide, settleMs } from './decide.ts';

const now = 1_000_000;
type Amounts = Readonly<Record<string, string>>;

function quotaOf(hard: Amounts, status: { hard?: Amounts; used?: Amounts } = {}): ResourceQuota {
  const metadata = { name: 'q', namespace: 'n', uid: 'u', resourceVersion: '7', creationTimestamp: 'now' };
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard }, status };
}

const booked = quotaOf({ pods: '5' }, { hard: { pods: '5' }, used: { pods: '3' } });
const seen = (since: number, pods = '2', resourceVersion = '7'): Difference => ({
  resourceVersion,
  counted: { pods },
  since,
});

describe('a quota', () => {
  const cases: {
    name: string;
    quota: ResourceQuota;
    counted: Amounts;
    before?: Difference;
    writes: object | undefined;
    differs?: Difference;
  }[] = [
    {
      name: 'that is new is counted at once',
      quota: quotaOf({ pods: '5' }),
      counted: { pods: '2' },
      writes: { hard: { pods: '5' }, used: { pods: '2' } },
    },
    { name: 'that agrees is left alone', quota: booked, counted: { pods: '3' }, writes: undefined },
    {
      name: 'that does not agree is believed at first',
      quota: booked,
      counted: { pods: '2' },
      writes: undefined,
      differs: seen(now),
    },
    {
      name: 'that does not agree for a moment is believed',
      quota: booked,
      counted: { pods: '2' },
      before: seen(now - settleMs + 1),
      writes: undefined,
      differs: seen(now - settleMs + 1),
    },
    {
      name: 'that does not agree for long is set right',
      quota: booked,
      counted: { pods: '2' },
      before: seen(now - settleMs),
      writes: { hard: { pods: '5' }, used: { pods: '2' } },
    },
    {
      name: 'that was booked on meanwhile is watched anew',
      quota: booked,
      counted: { pods: '2' },
      before: seen(0, '2', '6'),
      writes: undefined,
      differs: seen(now),
    },
    {
      name: 'whose count changed meanwhile is watched anew',
      quota: booked,
      counted: { pods: '2' },
      before: seen(0, '1'),
      writes: undefined,
      differs: seen(now),
    },
    {
      name: 'with another limit keeps what is booked',
      quota: quotaOf({ pods: '9' }, booked.status),
      counted: { pods: '3' },
      writes: { hard: { pods: '9' }, used: { pods: '3' } },
    },
    {
      name: 'that bounds more counts that alone',
      quota: quotaOf({ pods: '5', cpu: '1' }, booked.status),
      counted: { pods: '2', cpu: '500m' },
      writes: { hard: { pods: '5', cpu: '1' }, used: { pods: '3', cpu: '500m' } },
      differs: { resourceVersion: '7', counted: { pods: '2', cpu: '500m' }, since: now },
    },
    {
      name: 'that bounds less forgets the rest',
      quota: quotaOf({}, booked.status),
      counted: {},
      writes: { hard: {}, used: {} },
    },
    {
      name: 'of what nobody can count says no more than the limit',
      quota: quotaOf({ 'count/x.example.com': '1' }),
      counted: {},
      writes: { hard: { 'count/x.example.com': '1' }, used: {} },
    },
  ];
  it.each(cases)('$name', ({ quota, counted, before, writes, differs }) => {
    expect(decide(quota, counted, { before, now })).toEqual({ status: writes, difference: differs });
  });
});

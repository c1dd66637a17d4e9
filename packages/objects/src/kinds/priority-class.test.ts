import { describe, expect, it } from 'vitest';
import { priorityClasses } from '../resource.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const named = (name: string, value: number, more: object = {}) => ({ metadata: { name }, value, ...more });
const reserved = (error: string) =>
  `metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: ${error}`;

describe('a priority class', () => {
  it.each<[string, object, string[]]>([
    ['of a user', named('high', 1_000_000_000), []],
    ['below nothing', named('low', -5, { preemptionPolicy: 'Never' }), []],
    [
      'above what a user may say',
      named('higher', 1_000_000_001),
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    ['of the system', named('system-node-critical', 2_000_001_000), []],
    [
      'of the system with another value',
      named('system-node-critical', 1),
      [reserved('value of system-node-critical PriorityClass must be 2000001000')],
    ],
    [
      'of the system for everybody',
      named('system-cluster-critical', 2_000_000_000, { globalDefault: true }),
      [reserved('globalDefault of system-cluster-critical PriorityClass must be false')],
    ],
    [
      'that looks like one of the system',
      named('system-mine', 1),
      [reserved('system-mine is not a known system priority class')],
    ],
    [
      'with another policy',
      named('odd', 1, { preemptionPolicy: 'Sometimes' }),
      ['preemptionPolicy: Unsupported value: "Sometimes": supported values: "Never", "PreemptLowerPriority"'],
    ],
  ])('%s', (_, manifest, problems) => expect(problemsOfCreate(priorityClasses, manifest)).toEqual(problems));

  it('preempts, unless it says otherwise', () =>
    expect(created(priorityClasses, named('high', 1)).preemptionPolicy).toBe('PreemptLowerPriority'));

  it.each<[string, object, string[]]>([
    ['its description', named('high', 1, { description: 'x' }), []],
    ['its value', named('high', 2), ['value: Forbidden: may not be changed in an update.']],
    [
      'its policy',
      named('high', 1, { preemptionPolicy: 'Never' }),
      ['preemptionPolicy: Invalid value: "Never": field is immutable'],
    ],
  ])('changes %s', (_, to, problems) =>
    expect(problemsOfUpdate(priorityClasses, named('high', 1), to)).toEqual(problems),
  );
});

import { describe, expect, it } from 'vitest';
import type { LimitRange, LimitRangeItem } from '../api/types.ts';
import { draftOf } from '../object.ts';
import { limitRanges } from '../resource.ts';
import { kindOf } from './registry.ts';

function rangeOf(...limits: Partial<LimitRangeItem>[]): LimitRange {
  const metadata = { name: 'l', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: 'now' };
  return { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: limits as LimitRangeItem[] } };
}

describe('what a limit range does not say', () => {
  const cases: { name: string; item: Partial<LimitRangeItem>; expected: Partial<LimitRangeItem> }[] = [
    { name: 'nothing', item: { type: 'Container' }, expected: {} },
    {
      name: 'the most is what is given and asked for',
      item: { type: 'Container', max: { cpu: '2' } },
      expected: { default: { cpu: '2' }, defaultRequest: { cpu: '2' } },
    },
    {
      name: 'what is given is what is asked for',
      item: { type: 'Container', min: { cpu: '1' }, max: { cpu: '4' }, default: { cpu: '2' } },
      expected: { default: { cpu: '2' }, defaultRequest: { cpu: '2' } },
    },
    {
      name: 'the least is what is asked for',
      item: { type: 'Container', min: { cpu: '1' } },
      expected: { defaultRequest: { cpu: '1' } },
    },
    { name: 'of a pod, nothing', item: { type: 'Pod', max: { cpu: '2' } }, expected: {} },
  ];
  it.each(cases)('$name', ({ item, expected }) => {
    const draft = draftOf(rangeOf(item));
    kindOf(limitRanges).setDefaults?.(draft);
    expect(draft.spec?.limits[0]).toEqual({ ...item, ...expected });
  });
});

describe('what is wrong with a limit range', () => {
  const container = (item: Partial<LimitRangeItem>): Partial<LimitRangeItem> => ({ type: 'Container', ...item });
  const cases: { name: string; limits: Partial<LimitRangeItem>[]; expected: string[] }[] = [
    {
      name: 'nothing',
      limits: [container({ min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '2' } })],
      expected: [],
    },
    {
      name: 'the least above the most',
      limits: [container({ min: { cpu: '2' }, max: { cpu: '1' } })],
      expected: ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
    },
    {
      name: 'more asked for than given',
      limits: [container({ defaultRequest: { cpu: '2' }, default: { cpu: '1' } })],
      expected: [
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1',
      ],
    },
    {
      name: 'a ratio below one',
      limits: [container({ maxLimitRequestRatio: { cpu: '500m' } })],
      expected: ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1'],
    },
    {
      name: 'a ratio that can never be',
      limits: [container({ min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } })],
      expected: [
        'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
      ],
    },
    {
      name: 'what is given to a pod',
      limits: [{ type: 'Pod', default: { cpu: '1' } }],
      expected: ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    },
    {
      name: 'a type twice',
      limits: [{ type: 'Pod' }, { type: 'Pod' }],
      expected: ['spec.limits[1].type: Duplicate value: "Pod"'],
    },
    {
      name: 'a claim of any size',
      limits: [{ type: 'PersistentVolumeClaim' }],
      expected: [
        'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      ],
    },
  ];
  it.each(cases)('$name', ({ limits, expected }) => {
    const errors = kindOf(limitRanges).validate(rangeOf(...limits));
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(expected);
  });
});

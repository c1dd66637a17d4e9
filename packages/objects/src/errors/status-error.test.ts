import { describe, expect, it } from 'vitest';
import { leases, pods } from '../resource.ts';
import { duplicate, invalid, notSupported, required } from './field-error.ts';
import {
  alreadyExistsError,
  forbiddenError,
  invalidError,
  notFoundError,
  resourceVersionTooLargeError,
  StatusError,
  staleError,
} from './status-error.ts';

describe('an error as a Status', () => {
  const cases: [string, StatusError, object][] = [
    [
      'not found',
      notFoundError(pods, 'a'),
      { message: 'pods "a" not found', reason: 'NotFound', code: 404, details: { name: 'a', kind: 'pods' } },
    ],
    [
      'not found in a group',
      notFoundError(leases, 'a'),
      {
        message: 'leases.coordination.k8s.io "a" not found',
        reason: 'NotFound',
        code: 404,
        details: { name: 'a', group: 'coordination.k8s.io', kind: 'leases' },
      },
    ],
    ['already there', alreadyExistsError(pods, 'a'), { message: 'pods "a" already exists', code: 409 }],
    [
      'stale',
      staleError(pods, 'a'),
      {
        message:
          'Operation cannot be fulfilled on pods "a": the object has been modified; please apply your changes to the latest version and try again',
        reason: 'Conflict',
        code: 409,
      },
    ],
    ['forbidden', forbiddenError(pods, '', 'no'), { message: 'pods is forbidden: no', reason: 'Forbidden', code: 403 }],
    [
      'one bad field',
      invalidError(pods, 'a', [required('spec.containers')]),
      {
        message: 'Pod "a" is invalid: spec.containers: Required value',
        reason: 'Invalid',
        code: 422,
        details: {
          name: 'a',
          kind: 'Pod',
          causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers' }],
        },
      },
    ],
    [
      'several bad fields, the same ones told once',
      invalidError(leases, 'a', [duplicate('x', 'y'), invalid('z', undefined, 'no'), duplicate('x', 'y')]),
      { message: 'Lease.coordination.k8s.io "a" is invalid: [x: Duplicate value: "y", z: Invalid value: null: no]' },
    ],
    [
      'a version of the future',
      resourceVersionTooLargeError('9', '1'),
      {
        reason: 'Timeout',
        code: 504,
        details: {
          causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
          retryAfterSeconds: 1,
        },
      },
    ],
  ];
  it.each(cases)('%s', (_, error, status) => {
    expect(error.toStatus()).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...status });
    expect(StatusError.from(error.toStatus())).toMatchObject({ message: error.message, reason: error.reason });
  });
});

describe('a value in a message', () => {
  it.each([
    ['text', '"text"'],
    [1, '1'],
    [true, 'true'],
    [['a', 'b'], '[]string{"a", "b"}'],
    [{ b: '2', a: '1' }, 'map[string]string{"a":"1", "b":"2"}'],
    [{ a: 1 }, '{"a":1}'],
  ])('%j', (value, shown) => {
    expect(notSupported('f', value, ['x']).message).toBe(`Unsupported value: ${shown}: supported values: "x"`);
  });
});

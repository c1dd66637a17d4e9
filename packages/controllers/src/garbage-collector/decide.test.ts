// What becomes of an object whose owners go, and of an owner that waits.
import type { KubeObject } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type Action, decide, type OwnerState } from './decide.ts';

interface Shape {
  readonly owners?: readonly { readonly uid: string; readonly blocks?: boolean }[];
  readonly finalizers?: string[];
  readonly deleted?: boolean;
}

function object(uid: string, { owners = [], finalizers, deleted }: Shape = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: uid,
      uid,
      resourceVersion: '1',
      creationTimestamp: '',
      finalizers,
      ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      ownerReferences: owners.map(({ uid: owner, blocks }) => ({
        apiVersion: 'v1',
        kind: 'ReplicationController',
        name: owner,
        uid: owner,
        blockOwnerDeletion: blocks,
      })),
    },
  };
}

const a = { uid: 'a' };
const b = { uid: 'b' };
const dependent = object('child', { owners: [{ uid: 'o', blocks: true }] });
const unblocking = object('child', { owners: [{ uid: 'o' }] });

const cases: { name: string; shape: Shape; owners?: OwnerState[]; dependents?: KubeObject[]; is: Action }[] = [
  { name: 'no owners', shape: {}, is: { type: 'none' } },
  { name: 'an owner that is there', shape: { owners: [a] }, owners: ['there'], is: { type: 'none' } },
  {
    name: 'an owner that is gone',
    shape: { owners: [a] },
    owners: ['gone'],
    is: { type: 'delete', propagationPolicy: 'Background' },
  },
  {
    name: 'all owners gone',
    shape: { owners: [a, b] },
    owners: ['gone', 'gone'],
    is: { type: 'delete', propagationPolicy: 'Background' },
  },
  {
    name: 'one of two owners gone',
    shape: { owners: [a, b] },
    owners: ['gone', 'there'],
    is: { type: 'drop references', uids: ['a'] },
  },
  {
    name: 'one of two owners waits',
    shape: { owners: [a, b] },
    owners: ['there', 'waits for its dependents'],
    is: { type: 'drop references', uids: ['b'] },
  },
  {
    name: 'its only owner waits',
    shape: { owners: [a] },
    owners: ['waits for its dependents'],
    is: { type: 'delete', propagationPolicy: 'Background' },
  },
  {
    name: 'its only owner waits, and it has dependents',
    shape: { owners: [a] },
    owners: ['waits for its dependents'],
    dependents: [dependent],
    is: { type: 'delete', propagationPolicy: 'Foreground' },
  },
  { name: 'already being deleted', shape: { owners: [a], deleted: true }, owners: ['gone'], is: { type: 'none' } },
  {
    name: 'orphan, with dependents',
    shape: { deleted: true, finalizers: ['orphan'] },
    dependents: [dependent],
    is: { type: 'orphan dependents' },
  },
  {
    name: 'orphan, without',
    shape: { deleted: true, finalizers: ['orphan'] },
    is: { type: 'remove finalizer', finalizer: 'orphan' },
  },
  {
    name: 'foreground, with dependents',
    shape: { deleted: true, finalizers: ['foregroundDeletion'] },
    dependents: [dependent],
    is: { type: 'delete dependents' },
  },
  {
    name: 'foreground, with dependents that do not block',
    shape: { deleted: true, finalizers: ['foregroundDeletion'] },
    dependents: [unblocking],
    is: { type: 'remove finalizer', finalizer: 'foregroundDeletion' },
  },
];

describe('garbage', () => {
  it.each(cases)('$name', ({ shape, owners = [], dependents = [], is }) => {
    expect(decide(object('o', shape), owners, dependents)).toEqual(is);
  });
});

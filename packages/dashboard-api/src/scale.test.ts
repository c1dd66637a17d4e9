import { type Scale, staleError } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { scaleFrom } from './scale.ts';

const target = { namespace: 'default', name: 'hello' };
const resource = { group: '', plural: 'replicationcontrollers' };

/** A scaler over counts that it reads one after the other, which refuses the first `conflicts` updates. */
function scaler(counts: readonly number[], conflicts: number) {
  let reads = 0;
  let updates = 0;
  const scaleOf = (replicas: number) => ({ metadata: { name: 'hello' }, spec: { replicas }, status: {} }) as Scale;
  return {
    getScale: async () => scaleOf(counts[Math.min(reads++, counts.length - 1)]!),
    updateScale: async (_resource: unknown, _target: unknown, scale: Scale) => {
      if (updates++ < conflicts) throw staleError(resource, 'hello');
      return scale;
    },
  };
}

describe('scaleFrom', () => {
  // An undo while pods were still ending was refused as somebody else's scale: only the status had changed.
  test('goes on when only the rest of the object has changed', async () => {
    const { spec } = await scaleFrom(scaler([7], 2), target, { expected: 7, replicas: 8 });
    expect(spec.replicas).toBe(8);
  });

  test('refuses when the count has changed, also between the reading and the writing', async () => {
    const late = scaleFrom(scaler([7, 5], 1), target, { expected: 7, replicas: 8 });
    await expect(late).rejects.toThrow('the count is 5 now, not 7');
  });
});

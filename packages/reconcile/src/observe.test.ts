import type { KubeObject } from '@berth/objects';
import { expect, it } from 'vitest';
import { observeAll } from './observe.ts';

it('gives their turn to those that are there, and to each that changes, comes or goes until it ends', () => {
  const objects = [{ metadata: { namespace: 'team', name: 'a' } }, { metadata: { name: 'wide' } }];
  const listeners = new Set<(changes: readonly { readonly key: string }[]) => void>();
  const informer = {
    list: () => objects as KubeObject[],
    onChange(listener: (changes: readonly { readonly key: string }[]) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const added: string[] = [];
  const end = observeAll(informer, { add: (key) => void added.push(key) });
  expect(added.splice(0)).toEqual(['team/a', 'wide']);
  for (const listener of listeners) listener([{ key: 'team/b' }, { key: 'team/gone' }]);
  expect(added).toEqual(['team/b', 'team/gone']);
  end();
  expect(listeners.size).toBe(0);
});

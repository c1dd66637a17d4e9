// What a controller did that its cache does not show yet.
import { describe, expect, it } from 'vitest';
import { podNamed } from './testing/objects.ts';
import { UnseenDeeds } from './unseen.ts';

describe('unseen deeds', () => {
  const pod = (name: string, resourceVersion: string) => {
    const made = podNamed(name, { owner: 'rc' });
    return { ...made, metadata: { ...made.metadata, resourceVersion } };
  };

  it('counts a creation until the cache holds the pod, or is past it', () => {
    const deeds = new UnseenDeeds();
    for (const one of [pod('seen', '5'), pod('gone again', '6'), pod('to come', '9')]) deeds.created('rc', one);
    expect(deeds.remaining('rc', [], '4').created).toHaveLength(3);
    expect(deeds.remaining('rc', [pod('seen', '5')], '7').created).toEqual([pod('to come', '9')]);
    expect(deeds.remaining('rc', [], '9').created).toEqual([]);
    expect(deeds.remaining('other', [], '1').created).toEqual([]);
  });

  it('remembers a deletion until the cache shows it, or it failed', () => {
    const deeds = new UnseenDeeds();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => pod(name, '1'));
    for (const one of [a!, b!, c!]) deeds.deleted('rc', one);
    deeds.notDeleted('rc', c!);
    expect(deeds.remaining('rc', [a!, b!, c!], '1').deleted).toEqual(new Set(['uid a', 'uid b']));
    const going = podNamed('a', { owner: 'rc', deleted: true });
    expect(deeds.remaining('rc', [going], '2').deleted).toEqual(new Set());
  });
});

import { describe, expect, it } from 'vitest';
import { kindCalled, parseObject, parseTargets, UsageError } from './targets.ts';

const said = (words: string[]) => parseTargets(words).map(({ kind, names }) => [kind.resource.plural, ...names]);

describe('parseTargets', () => {
  it.each([
    { words: ['pods'], targets: [['pods']] },
    { words: ['po', 'a', 'b'], targets: [['pods', 'a', 'b']] },
    { words: ['Pod'], targets: [['pods']] },
    {
      words: ['rc/hello', 'svc/hello'],
      targets: [
        ['replicationcontrollers', 'hello'],
        ['services', 'hello'],
      ],
    },
    { words: ['pods,services'], targets: [['pods'], ['services']] },
    { words: ['leases.coordination.k8s.io'], targets: [['leases']] },
  ])('$words', ({ words, targets }) => {
    expect(said(words)).toEqual(targets);
  });

  it.each([[[]], [['frobs']], [['rc/']], [['/hello']], [['rc/a/b']], [['rc/hello', 'pods']]])('refuses %j', (words) => {
    expect(() => parseTargets(words)).toThrow(UsageError);
  });
});

describe('all', () => {
  it('stands for what runs and what leads to it, not for configuration', () => {
    const plurals = said(['all']).map(([plural]) => plural);
    expect(plurals).toEqual(expect.arrayContaining(['pods', 'replicationcontrollers', 'services']));
    expect(plurals).not.toContain('secrets');
  });
});

describe('parseObject', () => {
  it('takes TYPE/NAME, TYPE NAME, and a name alone where the type is clear', () => {
    const rc = kindCalled('rc');
    expect(parseObject(['rc/hello'])).toEqual({ kind: rc, name: 'hello' });
    expect(parseObject(['rc', 'hello'])).toEqual({ kind: rc, name: 'hello' });
    expect(parseObject(['hello'], 'rc')).toEqual({ kind: rc, name: 'hello' });
  });

  it('asks for the name of a type', () => {
    expect(() => parseObject(['rc'])).toThrow(/which of the replicationcontrollers/);
  });
});

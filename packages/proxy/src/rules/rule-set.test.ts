import { expect, test } from 'vitest';
import { endpoints, service } from '../testing/objects.ts';
import { decideService } from './decide.ts';
import { emptyFragment, type Fragment, renderFragment } from './fragment.ts';
import { RuleSet } from './rule-set.ts';

function fragment(name: string, nodePort: number, ...addresses: string[]): Fragment {
  const spec = { clusterIP: '10.96.0.5', ports: [{ port: 80, nodePort }] };
  const found = endpoints(
    name,
    addresses.map((ip) => ({ ip })),
    [{ port: 80 }],
  );
  return renderFragment(
    decideService(service(name, spec), found, () => true),
    '10.244.0.0/16',
  );
}

function applied(fragments: Record<string, Fragment>): RuleSet {
  const rules = new RuleSet({ table: 't', serviceNetwork: '10.96.0.0/16' });
  rules.replace(new Map(Object.entries(fragments)));
  return rules;
}

test('what did not change costs nothing', () => {
  const rules = applied({ web: fragment('web', 30080, '10.244.0.2') });
  expect(rules.change(new Map([['web', fragment('web', 30080, '10.244.0.2')]]))).toBe('');
});

test('a backend more touches the chains of its service alone', () => {
  const rules = applied({ web: fragment('web', 30080, '10.244.0.2'), other: fragment('other', 30081, '10.244.0.9') });
  const script = rules.change(new Map([['web', fragment('web', 30080, '10.244.0.2', '10.244.0.3')]]));
  expect(script.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'flush chain',
    'add rule',
    'add rule',
    'flush chain',
    'add rule',
    'add rule',
    'add element',
  ]);
  expect(script).not.toContain('other');
});

test('a pod behind two services may call itself until both have let it go', () => {
  const rules = applied({ one: fragment('one', 30080, '10.244.0.2'), two: fragment('two', 30081, '10.244.0.2') });
  expect(rules.change(new Map([['one', emptyFragment]]))).not.toContain('hairpins');
  expect(rules.change(new Map([['two', emptyFragment]]))).toContain(
    'delete element ip t hairpins { 10.244.0.2 . 10.244.0.2 }',
  );
});

test('a node port that passes from one service to another is free before it is taken', () => {
  const rules = applied({ one: fragment('one', 30080, '10.244.0.2') });
  const lines = rules
    .change(
      new Map([
        ['two', fragment('two', 30080, '10.244.0.2')],
        ['one', emptyFragment],
      ]),
    )
    .split('\n')
    .filter((line) => line.includes('node-ports'));
  expect(lines).toEqual([
    'delete element ip t node-ports { tcp . 30080 }',
    'add element ip t node-ports { tcp . 30080 : goto external/default/two/tcp/80 }',
  ]);
});

test('names of every length stay different and short enough for the kernel', () => {
  const chains = ['a', 'b'].flatMap((end) => [...fragment('n'.repeat(120) + end, 30080, '10.244.0.2').chains.keys()]);
  expect(new Set(chains).size).toBe(4);
  expect(Math.max(...chains.map(({ length }) => length))).toBeLessThan(128);
});

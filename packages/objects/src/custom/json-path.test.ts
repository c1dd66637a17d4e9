// Where the paths of columns lead.
import { describe, expect, it } from 'vitest';
import { parseJsonPath } from './json-path.ts';

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web' } },
  spec: {
    ports: [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
      { name: 'c', port: 3 },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
    'odd]key': 'x',
  },
};

describe('a path', () => {
  it.each<[string, unknown[]]>([
    ['.spec.ports[0].name', ['a']],
    ['.spec.ports[-1].name', ['c']],
    ['.spec.ports[0:2].port', [1, 2]],
    ['.spec.ports[::2].port', [1, 3]],
    ['.spec.ports[*].name', ['a', 'b', 'c']],
    ['.spec.ports[0]["name","port"]', ['a', 1]],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
    [".metadata.labels['app.kubernetes.io/name']", ['web']],
    ['.status["odd]key"]', ['x']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ['.status.conditions[?(@.type != "Ready")].status', ['False']],
    ['.spec.ports[?(@.port>=2)].name', ['b', 'c']],
    ['.spec.ports[?(@.nope)].name', []],
    ['..port', [1, 2, 3]],
    ['.nope.there', []],
    ['.constructor', []],
  ])('%s', (path, found) => {
    expect(parseJsonPath(path).read(object)).toEqual(found);
  });

  it.each(['.a[', '..a..b', '.a[?(@.b==c)]', '.a b', '.a[x]', `.${'a'.repeat(5_000)}`])('%s is none', (path) => {
    expect(() => parseJsonPath(path)).toThrow();
  });
});

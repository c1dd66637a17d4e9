import { expect, test } from 'vitest';
import { yamlOf } from './yaml.ts';

test('an object reads from the top, without managed fields, and safe for readers of YAML 1.1', () => {
  const shared = { mode: 'on' };
  const object = {
    kind: 'ConfigMap',
    metadata: {
      name: 'a',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{}],
      annotations: shared,
      labels: shared,
    },
    apiVersion: 'v1',
    data: { long: 'word '.repeat(40), no: 'no', lines: 'a\nb\n' },
  };
  expect(yamlOf(object)).toBe(
    [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata:',
      '  name: a',
      '  uid: u',
      '  resourceVersion: "1"',
      '  creationTimestamp: "2026-01-01T00:00:00Z"',
      '  annotations:',
      '    mode: "on"',
      '  labels:',
      '    mode: "on"',
      'data:',
      `  long: "${'word '.repeat(40)}"`,
      '  "no": "no"',
      '  lines: |',
      '    a',
      '    b',
      '',
    ].join('\n'),
  );
});

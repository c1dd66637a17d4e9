// Owns the tests of finding a field in a text.
import { describe, expect, it } from 'vitest';
import { offsetOfField, pathOf } from './field-line.ts';

const text = `# a comment
apiVersion: v1
kind: Pod
metadata:
  labels:
    example.org/app: web
spec:
  containers:
    - name: a
      image: one
    - name: b
      image: two
---
kind: Service
spec:
  ports:
    - port: -1
`;

describe('pathOf', () => {
  const cases: readonly (readonly [string, readonly (string | number)[]])[] = [
    ['spec.containers[0].name', ['spec', 'containers', 0, 'name']],
    ['metadata.labels[example.org/app]', ['metadata', 'labels', 'example.org/app']],
    ['data["a.b"]', ['data', 'a.b']],
    ['', []],
  ];
  for (const [field, path] of cases) it(field || 'the whole', () => expect(pathOf(field)).toEqual(path));
});

describe('offsetOfField', () => {
  const cases = [
    { name: 'a field of a list', document: 0, field: 'spec.containers[1].image', at: 'image: two' },
    { name: 'a key with dots', document: 0, field: 'metadata.labels[example.org/app]', at: 'example.org/app' },
    { name: 'the second document', document: 1, field: 'spec.ports[0].port', at: 'port: -1' },
    { name: 'as deep as it goes', document: 0, field: 'spec.containers[0].ports[0]', at: 'name: a' },
    { name: 'a document as a whole', document: 1, field: '', at: 'kind: Service' },
  ];
  for (const { name, document, field, at } of cases) {
    it(name, () => expect(text.slice(offsetOfField(text, document, field))).toMatch(new RegExp(`^${at}`)));
  }

  it('a text that is no YAML has a begin', () => expect(offsetOfField('a: [', 0, 'a')).toBe(0));
});

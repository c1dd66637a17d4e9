import { describe, expect, it } from 'vitest';
import { decodeStored, encodeStored, withResourceVersion } from './encode.ts';
import type { ConfigMap } from './index.ts';

const configMap = {
  data: { text: 'a "metadata":{ that is none' },
  metadata: { name: 'a', resourceVersion: '7', uid: 'u', creationTimestamp: 't' },
  apiVersion: 'v1',
  kind: 'ConfigMap',
} as const satisfies ConfigMap;

describe('stored bytes', () => {
  const stored = encodeStored(configMap);
  it('begin with kind, apiVersion and metadata, and carry no version', () => {
    expect(stored.toString()).toBe(
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","uid":"u","creationTimestamp":"t"},"data":{"text":"a \\"metadata\\":{ that is none"}}',
    );
  });
  it('get their version without being parsed', () => {
    expect(JSON.parse(withResourceVersion(stored, '12').toString())).toEqual({
      ...configMap,
      metadata: { ...configMap.metadata, resourceVersion: '12' },
    });
  });
  it('get it in a slice of a larger buffer too', () => {
    const larger = Buffer.concat([Buffer.from('xx'), stored]);
    expect(withResourceVersion(new Uint8Array(larger.buffer, larger.byteOffset + 2, stored.length), '1')).toEqual(
      withResourceVersion(stored, '1'),
    );
  });
  it('say the same when they are read', () => {
    expect(decodeStored<ConfigMap>(stored, '12')).toEqual({
      ...configMap,
      metadata: { ...configMap.metadata, resourceVersion: '12' },
    });
  });
});

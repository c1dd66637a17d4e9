import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  configMaps,
  type DocumentForm,
  type DocumentType,
  decode,
  documentOf,
  formOf,
  type KubeObject,
  kindOf,
  pods,
  trackedTypeOf,
} from '../index.ts';
import { structTypeOf } from '../managed-fields/merge-type.ts';

/** Documents with a `size`, which is 1 if nothing is said, and nothing else beside the metadata. */
const sized: DocumentForm = {
  read: ({ size = 1, metadata, ...rest }) => ({ object: { metadata, size }, dropped: Object.keys(rest).length > 0 }),
  unknownFields: (fields) => Object.keys(fields).filter((name) => name !== 'size' && name !== 'metadata'),
  mergeType: {
    form: 'struct',
    fields: new Map([
      ['metadata', structTypeOf(pods.type).fields.get('metadata')!],
      ['size', { type: { form: 'leaf' }, element: 'f:size', zero: undefined }],
    ]),
  },
  schema: () => ({ properties: { size: { type: 'integer' } } }),
};
const boxes: DocumentType<KubeObject & { size: number }> = {
  group: 'example.com',
  version: 'v1',
  kind: 'Box',
  type: 'com.example.v1.Box',
  documents: sized,
};
const metadata = { name: 'a' };

describe('a document that brings its own form', () => {
  it('is read by it, with the warnings that all documents get', () => {
    const { object, warnings } = decode(boxes, { metadata, colour: 'red' });
    expect(object).toEqual({ kind: 'Box', apiVersion: 'example.com/v1', metadata, size: 1 });
    expect(warnings).toEqual(['unknown field "colour"']);
    expect(() => decode(boxes, { metadata, colour: 'red' }, { fieldValidation: 'Strict' })).toThrow(
      'Box in version "v1" cannot be handled as a Box: strict decoding error: unknown field "colour"',
    );
  });

  it('is patched in the ways that it has', () => {
    const box = decode(boxes, { metadata }).object as KubeObject & { size: number };
    const merged = applyPatch(boxes, box, { type: 'application/merge-patch+json', body: { size: 2 } });
    expect(merged.object.size).toBe(2);
    expect(() => applyPatch(boxes, box, { type: 'application/strategic-merge-patch+json', body: { size: 2 } })).toThrow(
      expect.objectContaining({
        code: 415,
        message:
          'the body of the request was in an unknown format - accepted media types include: ' +
          'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
      }),
    );
  });

  it('has managers for its own fields, and none for what the server sets', () => {
    const { fields } = trackedTypeOf(boxes, { hasStatus: false, subresource: undefined });
    expect([...fields.keys()]).toEqual(['metadata', 'size']);
    const { type } = fields.get('metadata')!;
    expect(type.form === 'struct' && [type.fields.has('labels'), type.fields.has('uid')]).toEqual([true, false]);
  });
});

describe('a document of the API facts', () => {
  it('is that of a kind that brings none', () => {
    expect(documentOf(kindOf(configMaps))).toBe(configMaps);
    expect(formOf(configMaps)).toBe(formOf({ type: configMaps.type }));
  });

  it('is one that somebody describes', () => {
    expect(() => formOf({ type: 'com.example.v1.Box' })).toThrow('no API facts for type com.example.v1.Box');
  });
});

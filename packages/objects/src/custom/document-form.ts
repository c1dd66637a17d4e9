// Owns the form of the documents that a schema describes, for the generic code that reads, merges and publishes them.
import { unknownFieldsOf } from '../decode/unknown-fields.ts';
import type { DocumentForm } from '../documents/form.ts';
import type { JsonObject } from '../json-value.ts';
import { objectMetaType, readEmbeddedMetadata, readMetadata } from './embedded.ts';
import { documentMergeType } from './merge-type.ts';
import { publishedSchema } from './openapi.ts';
import { pruned } from './prune.ts';
import { rootOf, type Schema } from './schema.ts';
import { setSchemaDefaults } from './set-defaults.ts';

export function documentFormOf(schema: Schema): DocumentForm {
  const root = rootOf(schema);
  const mergeType = documentMergeType(schema);
  return {
    read(fields) {
      let dropped = false;
      const object = pruned(fields, root, () => {
        dropped = true;
      }) as JsonObject;
      readEmbeddedMetadata(object, schema);
      setSchemaDefaults(object, schema);
      const { metadata, ...rest } = object;
      const unknownInMetadata = unknownFieldsOf(objectMetaType, metadata).length > 0;
      return { object: { metadata: readMetadata(metadata), ...rest }, dropped: dropped || unknownInMetadata };
    },
    unknownFields(fields) {
      const paths = unknownFieldsOf(objectMetaType, fields.metadata).map((path) => `metadata.${path}`);
      pruned(fields, root, (path) => paths.push(path));
      return paths;
    },
    mergeType,
    schema: (dialect) => publishedSchema(schema, dialect),
  };
}

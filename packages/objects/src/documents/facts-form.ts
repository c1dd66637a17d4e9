// Owns the form of the documents that the API facts describe, and who is asked about which document.
import { decoderOf } from '../decode/compile.ts';
import { DecodeContext } from '../decode/context.ts';
import { unknownFieldsOf } from '../decode/unknown-fields.ts';
import type { JsonObject } from '../json-value.ts';
import type { Kind } from '../kinds/kind.ts';
import { structTypeOf } from '../managed-fields/merge-type.ts';
import type { KubeObject } from '../object.ts';
import { applyStrategicMergePatch } from '../patches/strategic-merge-patch.ts';
import { decodeProtobuf } from '../protobuf/decode-protobuf.ts';
import { hasProtobuf, protobufMessage } from '../protobuf/encode-protobuf.ts';
import type { DocumentForm, DocumentType } from './form.ts';

const forms = new Map<string, DocumentForm>();

function factsForm(type: string): DocumentForm {
  let form = forms.get(type);
  if (!form) {
    form = describe(type);
    forms.set(type, form);
  }
  return form;
}

function describe(type: string): DocumentForm {
  const read = decoderOf(type);
  return {
    read(fields) {
      const context = new DecodeContext();
      const object = read(fields, context) as JsonObject;
      return { object, dropped: context.hasUnknownFields };
    },
    unknownFields: (fields) => unknownFieldsOf(type, fields),
    mergeType: structTypeOf(type),
    strategicMerge: (target, patch) => applyStrategicMergePatch(target, patch, type),
    ...(hasProtobuf(type)
      ? {
          protobuf: {
            decode: (bytes, kind) => decodeProtobuf(bytes, { kind, type }),
            message: (document) => protobufMessage(document, type),
          },
        }
      : {}),
  };
}

/** Who answers for a document. Throws if nothing describes it. */
export function formOf({ documents, type }: Pick<DocumentType, 'documents' | 'type'>): DocumentForm {
  return documents ?? factsForm(type);
}

/** The documents in which the objects of a kind come and go. */
export function documentOf<T extends KubeObject>({ resource, documents }: Kind<T>): DocumentType<T> {
  return documents ? { ...resource, documents } : resource;
}

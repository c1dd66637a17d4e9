// Owns what generic code may ask about the documents of a kind: how one is read, merged, patched, and written in other
// forms. `facts-form.ts` answers from the API facts, which describe the built-in kinds; a custom kind brings an answer of
// its own. Nothing beside the two asks what a document is described by.
import type { JsonObject } from '../json-value.ts';
import type { StructType } from '../managed-fields/merge-type.ts';

/** What kind of document is expected. Every Resource of a built-in kind is one; `documentOf` gives that of any kind. */
export interface DocumentType<T = unknown> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name of its schema: its key in the API facts, if they describe it. */
  readonly type: string;
  /** Left out: the API facts describe it. */
  readonly documents?: DocumentForm;
  /** Never set: carries T. */
  readonly object?: T;
}

export interface DocumentForm {
  /**
   * Reads a document without its apiVersion and kind: into a copy that shares nothing with it, in which unknown fields
   * are dropped and defaults set. Throws DecodeError for a value of the wrong form.
   */
  read(fields: JsonObject): {
    readonly object: JsonObject;
    /** There were fields that nothing describes: `unknownFields` tells which. */
    readonly dropped: boolean;
  };
  /** Paths of the fields that nothing describes, in the order in which they stand there: `spec.containers[0].imagee`. */
  unknownFields(fields: JsonObject): readonly string[];
  /** How documents are merged and how their parts are named, metadata included. The same object at every call. */
  readonly mergeType: StructType;
  /** Left out: the documents have no strategic merge patch. Throws BadRequest or Invalid. */
  strategicMerge?(target: JsonObject, patch: unknown): JsonObject;
  /** Left out: the documents have no protobuf form. */
  readonly protobuf?: ProtobufForm;
  /**
   * The schema in OpenAPI, without apiVersion, kind and metadata, which all documents have. Left out: the API facts
   * describe it.
   */
  schema?(dialect: 'v2' | 'v3'): Readonly<Record<string, unknown>>;
}

export interface ProtobufForm {
  /** Reads a document with its envelope; `kind` for messages. Throws BadRequest. */
  decode(bytes: Buffer, kind: string): unknown;
  /** The message of a document, without its kind. */
  message(document: object): Buffer;
}

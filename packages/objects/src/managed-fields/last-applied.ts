// Owns what server-side apply and client-side apply have to do with each other: the annotation in which `kubectl apply`
// keeps the configuration. Source: Kubernetes 1.32.
import { getKey, isObject, type JsonObject } from '../json-value.ts';
import { difference, emptySet, type FieldSet } from './field-set.ts';
import type { StructType } from './merge-type.ts';
import { additions, fieldsOf } from './walk.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** The only manager that migrates from client-side apply. */
const kubectl = 'kubectl';
const maxAnnotationBytes = 256 * 1024;

/** The fields that `kubectl apply` set and that still are as it set them: taking them over is no conflict. */
export function fieldsOfLastApply(type: StructType, object: JsonObject, manager: string): FieldSet {
  const last = manager === kubectl ? lastAppliedTo(object) : undefined;
  if (!last) return emptySet;
  const changed = additions(type, { from: last, to: object, changes: true });
  const missing = additions(type, { from: object, to: last, changes: false });
  return difference(difference(fieldsOf(type, last), changed), missing);
}

function lastAppliedTo(object: JsonObject): JsonObject | undefined {
  const text = annotationsOf(object)?.[annotation];
  if (typeof text !== 'string') return undefined;
  try {
    const last: unknown = JSON.parse(text);
    return isObject(last) ? last : undefined;
  } catch {
    return undefined;
  }
}

function annotationsOf(object: JsonObject): JsonObject | undefined {
  const metadata = getKey(object, 'metadata');
  const annotations = isObject(metadata) ? getKey(metadata, 'annotations') : undefined;
  return isObject(annotations) ? annotations : undefined;
}

/** Keeps the annotation true after an apply by kubectl, for a later `kubectl apply` on the client's side. */
export function withLastApplied(object: JsonObject, configuration: JsonObject, manager: string): JsonObject {
  const annotations = annotationsOf(object);
  if (manager !== kubectl || annotations?.[annotation] === undefined) return object;
  const metadata = object.metadata as JsonObject;
  const { [annotation]: _, ...others } = annotations;
  const text = `${JSON.stringify(withoutAnnotation(configuration))}\n`;
  const kept = Buffer.byteLength(text) > maxAnnotationBytes ? others : { ...others, [annotation]: text };
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

function withoutAnnotation(configuration: JsonObject): JsonObject {
  const annotations = annotationsOf(configuration);
  if (!annotations) return configuration;
  const { [annotation]: _, ...others } = annotations;
  return { ...configuration, metadata: { ...(configuration.metadata as JsonObject), annotations: others } };
}

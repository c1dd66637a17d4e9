// Owns an apply request from the configuration that a client sent to the object that is to be stored, with its managers,
// or the error that Kubernetes answers.
import type { Decoded, DecodeOptions } from '../decode/decode.ts';
import { decode, decodePatched } from '../decode/decode.ts';
import { unknownFieldsOf } from '../decode/unknown-fields.ts';
import { badRequestError, StatusError } from '../errors/status-error.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Draft, KubeObject } from '../object.ts';
import { apiVersionOf, type Resource } from '../resource.ts';
import { applyConfiguration, type Conflict } from './apply.ts';
import { pathsOf } from './field-set.ts';
import { fieldsOfLastApply, withLastApplied } from './last-applied.ts';
import type { Manager, ManagerName } from './managers.ts';
import { structTypeOf } from './merge-type.ts';
import { trackedTypeOf } from './tracked-type.ts';
import { managersOf, setManagers } from './tracking.ts';
import { duplicateIn } from './walk.ts';

export interface ApplyRequest {
  /** As its body was parsed. */
  readonly configuration: unknown;
  readonly manager: string;
  readonly subresource?: string;
  readonly force: boolean;
  /** RFC 3339. */
  readonly time: string;
  readonly decoding: DecodeOptions;
}

/** `current` undefined: the object is to be created. Throws BadRequest, Invalid, and Conflict with its causes. */
export function serverSideApply<T extends KubeObject>(
  kind: Kind<T>,
  current: T | undefined,
  request: ApplyRequest,
): Decoded<T> {
  const { resource } = kind;
  const { manager, subresource, force, time } = request;
  const { configuration, warnings } = checked(resource, request);
  const name: ManagerName = {
    manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(resource),
    ...(subresource ? { subresource } : {}),
  };
  const tracked = trackedTypeOf(resource, { hasStatus: kind.subresources.includes('status'), subresource });
  const object = current as unknown as JsonObject | undefined;
  // What the body says that nobody knows has been told already.
  const normalised = (merged: unknown) => decodePatched(resource, merged, { fieldValidation: 'Ignore' }).object;
  const applied = applyConfiguration({
    type: structTypeOf(resource.type),
    tracked,
    object,
    managers: current ? managersOf(current) : new Map(),
    configuration,
    name,
    time,
    force,
    allowed: object && fieldsOfLastApply(tracked, object, manager),
    normalise: (merged) => normalised({ ...typeMetaOf(resource), ...merged }) as unknown as JsonObject,
  });
  if (applied.outcome === 'conflict') throw applyConflictError(applied.conflicts);
  const draft = withLastApplied(applied.object, configuration, manager) as unknown as Draft<T>;
  setManagers(draft as Draft<KubeObject>, applied.managers);
  return { object: draft, warnings };
}

function typeMetaOf(resource: Resource): { kind: string; apiVersion: string } {
  return { kind: resource.kind, apiVersion: apiVersionOf(resource) };
}

function checked(
  resource: Resource,
  { configuration, decoding }: ApplyRequest,
): { configuration: JsonObject; warnings: readonly string[] } {
  if (!isObject(configuration)) throw badRequestError('error decoding YAML: the configuration is no object');
  const { apiVersion, kind, ...fields } = configuration;
  if (!apiVersion || !kind)
    throw badRequestError(
      `invalid object type: ${JSON.stringify({ apiVersion, kind })}: apiVersion and kind must be set`,
    );
  const [unknown] = unknownFieldsOf(resource.type, fields);
  const { name = '', namespace = '', managedFields } = isObject(fields.metadata) ? fields.metadata : {};
  const refuse = (problem: string) =>
    badRequestError(
      `failed to create typed patch object (${namespace}/${name}; ${apiVersion}, Kind=${kind}): ${problem}`,
    );
  if (unknown !== undefined) throw refuse(`.${unknown}: field not declared in schema`);
  if (managedFields) throw badRequestError('metadata.managedFields must be nil');
  // Its form is checked alone, so that what is wrong is told of the configuration and not of the merged object.
  const { warnings } = decode(resource, configuration, decoding);
  const duplicate = duplicateIn(structTypeOf(resource.type), fields);
  if (duplicate !== undefined) throw refuse(duplicate);
  return { configuration, warnings };
}

/** In the words of Kubernetes 1.32. */
function applyConflictError(conflicts: readonly Conflict[]): StatusError {
  const told = conflicts
    .map(({ manager, fields }) => ({ who: textOf(manager), paths: pathsOf(fields) }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const causes = told.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict' as const, message: `conflict with ${who}`, field })),
  );
  const list =
    causes.length === 1
      ? `1 conflict: ${causes[0]!.message}: ${causes[0]!.field}`
      : `${causes.length} conflicts: ${told.map(({ who, paths }) => listOf(who, paths)).join('\n')}`;
  return new StatusError('Conflict', `Apply failed with ${list}`, { causes });
}

function listOf(who: string, paths: readonly string[]): string {
  return [`conflicts with ${who}:`, ...paths.map((path) => `- ${path}`)].join('\n');
}

function textOf({ manager, subresource, operation, apiVersion }: Manager): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

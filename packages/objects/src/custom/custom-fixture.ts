// Owns, for tests: definitions of custom resources, and objects of them taken the way the API server does, without the
// server.
import type { CustomResourceDefinition, JSONSchemaProps } from '../api/types.ts';
import { type Decoded, decode } from '../decode/decode.ts';
import { documentOf } from '../documents/facts-form.ts';
import type { Kind } from '../kinds/kind.ts';
import { created } from '../kinds/manifest-fixture.ts';
import type { KubeObject } from '../object.ts';
import { customResourceDefinitions } from '../resource.ts';
import { customKinds } from './custom-kind.ts';

export interface VersionParts {
  readonly name?: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly schema?: JSONSchemaProps;
  readonly [part: string]: unknown;
}

/** A manifest for CronTabs of these versions; parts that are not said are good. */
export function manifestOf(versions: readonly VersionParts[], spec: object = {}): object {
  return {
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
      versions: versions.map(
        ({ name = 'v1', schema = { type: 'object' }, served = true, storage = true, ...parts }) => ({
          name,
          served,
          storage,
          schema: { openAPIV3Schema: schema },
          ...parts,
        }),
      ),
      ...spec,
    },
  };
}

export function definitionOf(...versions: readonly VersionParts[]): CustomResourceDefinition {
  return created(customResourceDefinitions, manifestOf(versions));
}

/** The kind of objects whose spec has this schema. */
export function kindWithSpec(spec: JSONSchemaProps, parts: object = {}): Kind {
  const schema = {
    type: 'object',
    properties: { spec, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  };
  return customKinds(definitionOf({ schema, ...parts })).storage;
}

export function readCustom(kind: Kind, body: object): Decoded<KubeObject> {
  const { uid, resourceVersion, creationTimestamp } = {
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  const metadata = { name: 'a', namespace: 'default', uid, resourceVersion, creationTimestamp };
  return decode(documentOf(kind), { metadata, ...body });
}

/** What is wrong with a spec, as `field: message`. `old`: the spec that it replaces. */
export function problemsOfSpec(kind: Kind, spec: unknown, old?: unknown): string[] {
  const read = (value: unknown) => readCustom(kind, { spec: value }).object as KubeObject;
  const errors = kind.validate(read(spec), old === undefined ? undefined : read(old));
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

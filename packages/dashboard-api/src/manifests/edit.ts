// Owns showing one object as text and saving the edited text. A secret's values are left out unless asked for.
import type { Reader, Writer } from '@berth/client';
import {
  badRequestError,
  configMaps,
  endpoints,
  events,
  type KubeObject,
  leases,
  namespaces,
  nodes,
  type ObjectName,
  pods,
  type Resource,
  replicationControllers,
  type Secret,
  secrets,
  serviceAccounts,
  services,
  staleError,
} from '@berth/objects';
import { parseDocument } from 'yaml';
import type { Manifest, SavedManifest } from '../answers.ts';
import { yamlOf } from '../details/yaml.ts';
import { lastApplied } from './last-applied.ts';
import { lineDiff } from './line-diff.ts';

const resources = [
  configMaps,
  endpoints,
  events,
  leases,
  namespaces,
  nodes,
  pods,
  replicationControllers,
  secrets,
  serviceAccounts,
  services,
] as readonly Resource[];

/** By their names in a URL. */
export const editableResources = resources.map(({ plural }) => plural);

interface Target extends ObjectName {
  readonly resource: string;
}

const hidden = '(hidden)';

export async function readManifest(
  client: Reader,
  target: Target,
  options: { readonly reveal: boolean },
): Promise<Manifest> {
  const object = await client.get(resourceOf(target), target);
  const redacted = !options.reveal && isSecret(object);
  return {
    yaml: yamlOf(redacted ? withoutValues(object) : object),
    resourceVersion: object.metadata.resourceVersion,
    redacted,
  };
}

/** Throws a conflict if the object is no longer at `resourceVersion`, and BadRequest for a text that is not it. */
export async function saveManifest(
  client: Reader & Writer,
  target: Target & { readonly yaml: string; readonly resourceVersion: string },
): Promise<{ saved: SavedManifest; diff: string }> {
  const resource = resourceOf(target);
  const edited = parseEdited(target.yaml, resource, target);
  const previous = await client.get(resource, target);
  if (previous.metadata.resourceVersion !== target.resourceVersion) throw staleError(resource, target.name);
  const object = isSecret(previous) ? withValues(edited, previous) : edited;
  const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: target.resourceVersion } };
  const updated = await client.update(resource, versioned, {
    fieldValidation: 'Strict',
    fieldManager: 'berth-dashboard',
  });
  const secret = isSecret(previous);
  const [before, after] = [previous, updated].map((one) => yamlOf(secret ? withoutValues(one) : one)) as [
    string,
    string,
  ];
  return {
    saved: {
      yaml: after,
      resourceVersion: updated.metadata.resourceVersion,
      redacted: secret,
      previousYaml: secret ? '' : before,
    },
    diff: lineDiff(before, after),
  };
}

function resourceOf({ resource: plural }: Target): Resource {
  const resource = resources.find((one) => one.plural === plural);
  if (!resource) throw badRequestError(`the server doesn't have a resource type "${plural}"`);
  return resource;
}

function parseEdited(text: string, resource: Resource, target: ObjectName): KubeObject {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw badRequestError(error.message);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof value !== 'object' || value === null) throw badRequestError('the text is not an object');
  const object = value as KubeObject;
  const { name, namespace } = object.metadata ?? {};
  const same = object.kind === resource.kind && name === target.name && (namespace ?? '') === (target.namespace ?? '');
  if (!same) throw badRequestError('the kind, the name and the namespace of an object cannot be edited');
  return object;
}

function isSecret(object: KubeObject): object is Secret {
  return object.apiVersion === 'v1' && object.kind === 'Secret';
}

function withoutValues(object: KubeObject): KubeObject {
  if (!isSecret(object)) return object;
  const data = object.data && Object.fromEntries(Object.keys(object.data).map((key) => [key, hidden]));
  // The note of what was applied last holds the values too.
  return { ...lastApplied.remove(object), ...(data ? { data } : {}) };
}

/** What was hidden stays as it was where it was not touched. */
function withValues(edited: KubeObject, previous: Secret): KubeObject {
  const data = Object.entries((edited as Secret).data ?? {}).map(([key, value]) => [
    key,
    value === hidden ? previous.data?.[key] : value,
  ]);
  const notes = Object.entries(previous.metadata.annotations ?? {}).filter(([key]) => key === lastApplied.annotation);
  const annotations = { ...edited.metadata.annotations, ...Object.fromEntries(notes) };
  return {
    ...edited,
    ...(data.length > 0 ? { data: Object.fromEntries(data.filter(([, value]) => value !== undefined)) } : {}),
    metadata: { ...edited.metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
  } as Secret;
}

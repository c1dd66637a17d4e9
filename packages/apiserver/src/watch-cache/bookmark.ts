// Owns BOOKMARK events: how far a watch has got, without an object.
import { apiVersionOf, type KubeObject, type Resource, type WatchEvent } from '@berth/objects';

type Bookmark = Extract<WatchEvent, { type: 'BOOKMARK' }>;

export function bookmark(resource: Resource<KubeObject>, revision: number): Bookmark {
  return bookmarkOf(resource, { resourceVersion: String(revision) });
}

/** Ends the events with which a watch that asked for `sendInitialEvents` begins. */
export function initialEventsEnd(resource: Resource<KubeObject>, revision: number): Bookmark {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  return bookmarkOf(resource, { resourceVersion: String(revision), annotations });
}

function bookmarkOf(resource: Resource, metadata: Bookmark['object']['metadata']): Bookmark {
  return { type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } };
}

// Owns what every row takes from an object's metadata.
import type { KubeObject } from '@berth/objects';

export function rowMeta({ metadata }: KubeObject) {
  return {
    uid: metadata.uid,
    name: metadata.name,
    labels: metadata.labels ?? {},
    createdAt: Date.parse(metadata.creationTimestamp),
  };
}

// Owns which pods each controller has, from one view of pods that a page follows for all its strips.
import type { PodRow } from '@berth/dashboard-api';
import { createContext, useContext, useMemo } from 'react';
import { useView } from './use-view.ts';

export type OwnedPods = ReadonlyMap<string, readonly PodRow[]>;

export const OwnedPodsContext = createContext<OwnedPods>(new Map());

export function ownerKey(controller: { readonly namespace: string; readonly name: string }): string {
  return `${controller.namespace}/${controller.name}`;
}

/** Pods by the controller that owns them. Pods beyond the first 5,000 are left out; the counts are exact anyway. */
export function useOwnedPods(namespace: string | undefined): OwnedPods {
  const view = useView({ noun: 'pods', namespace, limit: 5_000, ordered: false });
  return useMemo(() => {
    const owned = new Map<string, PodRow[]>();
    for (const pod of view.rows()) {
      if (pod.owner?.kind !== 'ReplicationController') continue;
      const key = ownerKey({ namespace: pod.namespace, name: pod.owner.name });
      const list = owned.get(key);
      if (list) list.push(pod);
      else owned.set(key, [pod]);
    }
    return owned;
  }, [view]);
}

export function usePodsOf(controller: { readonly namespace: string; readonly name: string }): readonly PodRow[] {
  return useContext(OwnedPodsContext).get(ownerKey(controller)) ?? [];
}

// Owns the mirrors: objects by which the API shows a node's static pods. A mirror says what runs and decides nothing;
// deleting it only has it made again.
import type { Reader, Writer } from '@berth/client';
import { isReason, nodes, type Pod, pods } from '@berth/objects';
import { mirrorAnnotations } from './manifests.ts';

export function isMirror(pod: Pod): boolean {
  return mirrorOf(pod) !== undefined;
}

/** The uid of the static pod that a mirror shows. */
export function mirrorOf(pod: Pod): string | undefined {
  return pod.metadata.annotations?.[mirrorAnnotations.mirror];
}

export type MirrorAction =
  | { readonly do: 'create'; readonly pod: Pod }
  | { readonly do: 'delete'; readonly mirror: Pod };

/** What is missing and what is too much. A mirror of an older manifest is deleted before the new one is made. */
export function decideMirrors(staticPods: Iterable<Pod>, mirrors: readonly Pod[]): MirrorAction[] {
  const actions: MirrorAction[] = [];
  const wanted = new Map([...staticPods].map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]));
  for (const mirror of mirrors) {
    const key = `${mirror.metadata.namespace}/${mirror.metadata.name}`;
    const hash = mirrorOf(mirror);
    if (wanted.get(key)?.metadata.uid !== hash || mirror.metadata.deletionTimestamp) {
      actions.push({ do: 'delete', mirror });
    }
    wanted.delete(key);
  }
  for (const pod of wanted.values()) actions.push({ do: 'create', pod });
  return actions;
}

export async function applyMirror(client: Reader & Writer, action: MirrorAction): Promise<void> {
  try {
    if (action.do === 'delete') {
      const { namespace, name, uid } = action.mirror.metadata;
      await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    const { name, namespace, labels, annotations, uid } = action.pod.metadata;
    const { metadata: node } = await client.get(nodes, { name: action.pod.spec.nodeName ?? '' });
    const metadata = {
      name,
      namespace,
      labels,
      annotations: { ...annotations, [mirrorAnnotations.mirror]: uid },
      ownerReferences: [{ apiVersion: 'v1', kind: nodes.kind, name: node.name, uid: node.uid, controller: true }],
    };
    await client.create<Pod>(pods, { metadata, spec: action.pod.spec }, { namespace });
  } catch (error) {
    // Somebody was faster; the informer tells what is there now.
    if (!isReason(error, 'NotFound') && !isReason(error, 'AlreadyExists') && !isReason(error, 'Conflict')) throw error;
  }
}

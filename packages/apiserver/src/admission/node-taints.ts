// Owns that nothing comes to a node before it is known to be ready: the node life cycle takes the taint away when it is.
// Source: Kubernetes admission plugin TaintNodesByCondition.
import { nodes } from '@berth/objects';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

export const nodeTaints: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  admit(request) {
    const { draft, old } = writeOf(request, nodes) ?? {};
    if (!draft || old) return;
    const { taints = [] } = draft.spec;
    const isThere = taints.some(({ key, effect }) => key === taint.key && effect === taint.effect);
    if (!isThere) draft.spec.taints = [...taints, { ...taint }];
  },
};

// Owns for how long a pod stays on a node that is not ready or cannot be reached, where the pod does not say it: node
// life cycle evicts by tolerations alone. Source: Kubernetes admission plugin DefaultTolerationSeconds.
import { pods, type Toleration } from '@berth/objects';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export function defaultTolerations(tolerationSeconds: number): AdmissionPlugin {
  return {
    name: 'DefaultTolerationSeconds',
    admit(request) {
      const write = writeOf(request, pods);
      if (!write) return;
      const { spec } = write.draft;
      const missing = keys.filter((key) => !spec.tolerations?.some((toleration) => speaksOf(toleration, key)));
      if (missing.length === 0) return;
      const added = missing.map((key) => ({
        key,
        operator: 'Exists' as const,
        effect: 'NoExecute' as const,
        tolerationSeconds,
      }));
      spec.tolerations = [...(spec.tolerations ?? []), ...added];
    },
  };
}

function speaksOf({ key, effect }: Toleration, of: string): boolean {
  return (!key || key === of) && (!effect || effect === 'NoExecute');
}

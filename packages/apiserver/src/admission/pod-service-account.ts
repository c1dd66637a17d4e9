// Owns which service account a pod runs as when it names none. Source: Kubernetes admission plugin ServiceAccount.
import { pods } from '@berth/objects';
import { type AdmissionPlugin, writeOf } from './plugin.ts';

export const podServiceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  admit(request) {
    const write = writeOf(request, pods);
    if (request.operation !== 'CREATE' || !write) return;
    const { spec } = write.draft;
    // A mirror pod stands for a static one, which has no account.
    if (write.draft.metadata.annotations?.['kubernetes.io/config.mirror']) return;
    // `serviceAccount` is the old name of the field, which is kept in step.
    spec.serviceAccountName ||= spec.serviceAccount || 'default';
    spec.serviceAccount = spec.serviceAccountName;
  },
};

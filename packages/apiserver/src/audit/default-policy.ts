// Owns the audit policy of a server that is given none: who changed what, who read secrets, and who went into pods, all
// without bodies. docs/audit.md tells it in words.
import { serviceAccountUser } from '../auth/service-account-tokens.ts';
import { controllerAccounts } from '../rbac/controller-roles.ts';
import type { AuditPolicy, AuditRule, GroupResources } from './policy.ts';

/**
 * The loops: what they do follows from what users asked for. The dashboard is none of them, since in a process of its
 * own it acts for people.
 */
const loops = [
  'system:kube-controller-manager',
  'system:kube-scheduler',
  ...controllerAccounts.map((name) => serviceAccountUser('kube-system', name)),
];
const core = (...resources: string[]): GroupResources => ({ group: '', resources });

const rules: readonly AuditRule[] = [
  { level: 'None', users: loops },
  // What an agent tells again and again.
  {
    level: 'None',
    userGroups: ['system:nodes'],
    resources: [core('nodes/status', 'pods/status'), { group: 'coordination.k8s.io', resources: ['leases'] }],
  },
  {
    level: 'None',
    userGroups: ['system:nodes'],
    verbs: ['get', 'list', 'watch'],
  },
  { level: 'None', resources: [core('events'), { group: 'events.k8s.io', resources: ['events'] }] },
  // Health, discovery, OpenAPI and metrics.
  { level: 'None', nonResourceURLs: ['*'] },
  // Questions, which change nothing.
  {
    level: 'None',
    resources: [
      { group: 'authentication.k8s.io', resources: ['selfsubjectreviews'] },
      { group: 'authorization.k8s.io', resources: [] },
    ],
  },
  {
    level: 'Metadata',
    resources: [core('secrets', 'pods/exec', 'pods/attach', 'pods/portforward', 'pods/log', '*/proxy')],
  },
  { level: 'None', verbs: ['get', 'list', 'watch'] },
  { level: 'Metadata' },
];

export const defaultAuditPolicy: AuditPolicy = { rules, omitStages: ['RequestReceived'], omitManagedFields: true };

// Owns which labels a node's agent may give its node: those that say what the machine is, and whatever is nobody's in
// particular, but not those by which people keep pods apart. Source: Kubernetes, "Node isolation/restriction".

const restricted = 'node-restriction.kubernetes.io';
/** Names of what an agent knows of its machine. */
const reported: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  // Marks a node that runs no containers, everywhere where roles are shown.
  'node-role.kubernetes.io/simulated',
]);
/** Of these, and what is below them, an agent may make up names. */
const agents = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

type Labels = Readonly<Record<string, string>>;

/** The labels that the agent may not have set, changed or removed. */
export function forbiddenLabels(labels: Labels = {}, old: Labels = {}): string[] {
  const keys = new Set([...Object.keys(labels), ...Object.keys(old)]);
  return [...keys].filter((key) => labels[key] !== old[key] && isForbidden(key)).sort();
}

function isForbidden(key: string): boolean {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  if (isWithin(domain, restricted)) return true;
  const isKubernetes = isWithin(domain, 'kubernetes.io') || isWithin(domain, 'k8s.io');
  return isKubernetes && !reported.has(key) && !agents.some((own) => isWithin(domain, own));
}

function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

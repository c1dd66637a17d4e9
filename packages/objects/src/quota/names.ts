// Owns the names of what a quota can bound. Source: Kubernetes API, ResourceQuota.

/** Kinds of the core group that may be counted by their plural alone. */
const plainCounts: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);
const integers: ReadonlySet<string> = new Set([...plainCounts, 'services.loadbalancers', 'services.nodeports']);
/** What a pod asks for, as a quota names it. */
const computeNames: ReadonlySet<string> = new Set(
  ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
);
/** What a quota with a scope can bound beside the number of pods. */
const scopedNames: ReadonlySet<string> = new Set(
  ['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
);

export function isStandardName(name: string): boolean {
  const isPage = name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');
  return integers.has(name) || computeNames.has(name) || isPage || name === 'requests.storage';
}

/** Such as `example.com/gpu`: what nodes offer beyond what Kubernetes knows. */
export function isExtendedName(name: string): boolean {
  return name.includes('/') && !/^(.+\.)?kubernetes\.io\//.test(name) && !name.startsWith('requests.');
}

/** What pods may take, beside their number in storage. */
export function isPodName(name: string): boolean {
  if (name === 'pods' || computeNames.has(name)) return true;
  const asked = name.startsWith('requests.') ? name.slice('requests.'.length) : undefined;
  return (
    name.startsWith('hugepages-') || (asked !== undefined && (asked.startsWith('hugepages-') || isExtendedName(asked)))
  );
}

export function isIntegerName(name: string): boolean {
  return integers.has(name) || isExtendedName(name);
}

/** Whether a quota of that scope can bound it. */
export function fitsScope(name: string, scope: string): boolean {
  return name === 'pods' || (scope !== 'BestEffort' && scopedNames.has(name));
}

/** By which names the objects of a kind are counted. `qualified`: `pods`, `deployments.apps`. */
export function countNames(qualified: string): readonly string[] {
  // Of the pods, only those that have not ended count by that name: the kind's own rules have it.
  const plain = plainCounts.has(qualified) && qualified !== 'pods';
  return plain ? [`count/${qualified}`, qualified] : [`count/${qualified}`];
}

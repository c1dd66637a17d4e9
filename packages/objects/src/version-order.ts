// Owns the order of a group's versions, the one first that clients should prefer: `v2`, `v1`, `v1beta2`, `v1beta1`,
// `v1alpha1`, and then whatever has another form. Source: Kubernetes, "Versions in CustomResourceDefinitions".

const stability = ['', 'beta', 'alpha'];

/** Negative if `a` comes first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return left.stability - right.stability || right.major - left.major || right.minor - left.minor;
}

function rankOf(version: string) {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (!match) return undefined;
  const [, major, name = '', minor = 0] = match;
  return { major: Number(major), stability: stability.indexOf(name), minor: Number(minor) };
}

// Owns which part of the cluster's pod network a node gets. Pure. IPv4.

export interface PodNetwork {
  /** The whole network, such as `10.244.0.0/16`. */
  readonly cidr: string;
  /** Prefix length of a node's part. */
  readonly nodeMaskSize: number;
}

/** The first part that is not taken; undefined if all are. */
export function firstFreeCidr(
  { cidr, nodeMaskSize }: PodNetwork,
  taken: { has(cidr: string): boolean },
): string | undefined {
  const [address = '', prefix = ''] = cidr.split('/');
  const base = numberOf(address);
  const count = 2 ** (nodeMaskSize - Number(prefix));
  const size = 2 ** (32 - nodeMaskSize);
  for (let index = 0; index < count; index++) {
    const candidate = `${addressOf(base + index * size)}/${nodeMaskSize}`;
    if (!taken.has(candidate)) return candidate;
  }
  return undefined;
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

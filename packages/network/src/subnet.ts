// Owns arithmetic on IPv4 subnets.

export interface Subnet {
  /** The first address, as a number. */
  readonly base: number;
  readonly bits: number;
}

/** Undefined if the text is no IPv4 subnet in CIDR notation. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', length = ''] = text.split('/');
  const number = parseAddress(address);
  const bits = Number(length);
  if (number === undefined || !/^\d+$/.test(length) || bits > 32) return undefined;
  return { base: (number & maskOf(bits)) >>> 0, bits };
}

export function contains(subnet: Subnet, address: string): boolean {
  const number = parseAddress(address);
  return number !== undefined && (number & maskOf(subnet.bits)) >>> 0 === subnet.base;
}

/** Whether all addresses of `inner` are addresses of `outer`. */
export function within(outer: Subnet, inner: Subnet): boolean {
  return inner.bits >= outer.bits && (inner.base & maskOf(outer.bits)) >>> 0 === outer.base;
}

/** The address that a bridge takes: the first one behind the subnet's own. */
export function gatewayOf(subnet: Subnet): string {
  return formatAddress(subnet.base + 1);
}

function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
}

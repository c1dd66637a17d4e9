// Owns IPv4 addresses and ranges as numbers.

/** Undefined if the text is no address. */
export function parseAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((address, part) => address * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Such as `10.96.0.0/16`. Throws if the text is no range. */
export function parseCidr(text: string): { readonly first: number; readonly size: number } {
  const [address = '', bits = ''] = text.split('/');
  const first = parseAddress(address);
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : -1;
  if (first === undefined || length < 0 || length > 32) throw new Error(`${text} is not an IPv4 range`);
  const size = 2 ** (32 - length);
  return { first: first - (first % size), size };
}

// Owns the invented addresses of a simulated node's pods, from the node's subnet.

/** Gives out the lowest free address; the first one of the subnet is the gateway's. */
export class AddressPool {
  readonly #base: number;
  readonly #size: number;
  readonly #taken = new Set<number>();
  #next = 2;

  /** `10.244.1.0/24` */
  constructor(cidr: string) {
    const [address = '', bits = '24'] = cidr.split('/');
    this.#base = address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
    this.#size = 2 ** (32 - Number(bits));
  }

  take(): string {
    for (let tries = 0; tries < this.#size; tries++) {
      const offset = this.#next;
      this.#next = this.#next + 1 < this.#size - 1 ? this.#next + 1 : 2;
      if (this.#taken.has(offset)) continue;
      this.#taken.add(offset);
      return textOf(this.#base + offset);
    }
    throw new Error('no address is free');
  }

  release(address: string): void {
    const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    this.#taken.delete(number - this.#base);
  }
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

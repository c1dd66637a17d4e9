// Owns the difference between what the kernel has and what it should have: one nftables script, applied as one
// transaction, in the size of what changed.
import { type ElementTable, emptyFragment, type Fragment, maps, masqueradeMark, sets } from './fragment.ts';

export interface TableOptions {
  readonly table: string;
  /** Addresses of services; whoever calls one that leads nowhere is refused. */
  readonly serviceNetwork: string;
}

/** The parts of a script, in the order in which the kernel must see them. */
interface Phases {
  /** Declares chains and sets, so that rules may name them. */
  readonly declare: string[];
  readonly removeElements: string[];
  readonly fillChains: string[];
  readonly addElements: string[];
  /** Empties what goes, so that nothing refers to it. */
  readonly empty: string[];
  readonly drop: string[];
}

export class RuleSet {
  readonly #options: TableOptions;
  /** What the kernel has, by service. */
  #applied = new Map<string, Fragment>();
  /** In how many services an address is a backend. */
  readonly #backends = new Map<string, number>();

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /**
   * The script that turns what the kernel has of these services into their fragments; empty if that is nothing. The
   * rule set then takes it for applied: if it was not, `replace` everything.
   */
  change(fragments: ReadonlyMap<string, Fragment>): string {
    const phases: Phases = { declare: [], removeElements: [], fillChains: [], addElements: [], empty: [], drop: [] };
    const countBefore = new Map<string, number>();
    for (const [service, next] of fragments) {
      const previous = this.#applied.get(service) ?? emptyFragment;
      this.#changeChains(previous, next, phases);
      this.#changeElements(previous, next, phases);
      for (const [addresses, step] of [
        [previous.addresses, -1],
        [next.addresses, 1],
      ] as const) {
        for (const address of addresses) {
          const count = this.#backends.get(address) ?? 0;
          if (!countBefore.has(address)) countBefore.set(address, count);
          this.#backends.set(address, count + step);
        }
      }
      if (next === emptyFragment) this.#applied.delete(service);
      else this.#applied.set(service, next);
    }
    for (const [address, before] of countBefore) {
      const now = this.#backends.get(address) ?? 0;
      if (now === 0) this.#backends.delete(address);
      const element = `${this.#options.table} hairpins { ${address} . ${address} }`;
      if (before === 0 && now > 0) phases.addElements.push(`add element ip ${element}`);
      if (before > 0 && now === 0) phases.removeElements.push(`delete element ip ${element}`);
    }
    const { declare, removeElements, fillChains, addElements, empty, drop } = phases;
    return [declare, removeElements, fillChains, addElements, empty, drop].flat().join('\n');
  }

  /** The script that replaces the whole table, whatever the kernel has, by these services. */
  replace(fragments: ReadonlyMap<string, Fragment>): string {
    this.#applied = new Map();
    this.#backends.clear();
    return `${skeleton(this.#options)}\n${this.change(fragments)}`;
  }

  #changeChains(previous: Fragment, next: Fragment, phases: Phases): void {
    const { table } = this.#options;
    for (const [set, seconds] of next.affinitySets) {
      if (previous.affinitySets.has(set)) continue;
      phases.declare.push(
        `add set ip ${table} ${set} { type ipv4_addr; flags dynamic, timeout; timeout ${seconds}s; }`,
      );
    }
    for (const [chain, rules] of next.chains) {
      const before = previous.chains.get(chain);
      if (before && before.join() === rules.join()) continue;
      if (before) phases.fillChains.push(`flush chain ip ${table} ${chain}`);
      else phases.declare.push(`add chain ip ${table} ${chain}`);
      for (const rule of rules) phases.fillChains.push(`add rule ip ${table} ${chain} ${rule}`);
    }
    for (const chain of previous.chains.keys()) {
      if (next.chains.has(chain)) continue;
      phases.empty.push(`flush chain ip ${table} ${chain}`);
      phases.drop.push(`delete chain ip ${table} ${chain}`);
    }
    for (const set of previous.affinitySets.keys())
      if (!next.affinitySets.has(set)) phases.drop.push(`delete set ip ${table} ${set}`);
  }

  #changeElements(previous: Fragment, next: Fragment, phases: Phases): void {
    for (const name of Object.keys(next.elements) as ElementTable[]) {
      const before = previous.elements[name];
      const after = next.elements[name];
      for (const [key, target] of before)
        if (after.get(key) !== target)
          phases.removeElements.push(`delete element ip ${this.#options.table} ${name} { ${key} }`);
      for (const [key, target] of after) {
        if (before.get(key) === target) continue;
        const element = target ? `${key} : ${target}` : key;
        phases.addElements.push(`add element ip ${this.#options.table} ${name} { ${element} }`);
      }
    }
  }
}

/**
 * The table without any service. Its chains come just before those of Docker and of other firewalls at the same hooks:
 * a service's address must be replaced before anybody judges where a packet goes.
 */
function skeleton({ table, serviceNetwork }: TableOptions): string {
  const lookup = `
    ip daddr . meta l4proto . th dport vmap @service-addresses
    fib daddr type local meta l4proto . th dport vmap @node-ports`;
  const declarations = [
    ...Object.entries(maps).map(([name, type]) => `map ${name} { type ${type}; }`),
    ...Object.entries(sets).map(([name, type]) => `set ${name} { type ${type}; }`),
  ];
  // Adding a table that is there does nothing, so that deleting it does not fail where there is none.
  return `
add table ip ${table}
delete table ip ${table}
table ip ${table} {
  ${declarations.join('\n  ')}
  chain prerouting {
    type nat hook prerouting priority dstnat - 10;${lookup}
  }
  chain output {
    type nat hook output priority -110;${lookup}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat - 10;
    meta mark and ${masqueradeMark} == ${masqueradeMark} meta mark set meta mark xor ${masqueradeMark} masquerade
    ct status dnat ip saddr . ip daddr @hairpins masquerade
  }
  chain refuse-local {
    type filter hook input priority filter - 10;
    meta l4proto . th dport @refused-node-ports reject
  }
  chain refuse-forwarded {
    type filter hook forward priority filter - 10;
    ip daddr ${serviceNetwork} reject
  }
  chain refuse-own {
    type filter hook output priority filter - 10;
    ip daddr ${serviceNetwork} reject
  }
}`;
}

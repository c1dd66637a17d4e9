// Owns the addresses and node ports of services: which a service asks for or is given, and that no two have the same.
// The allocations follow the services in the watch cache; nothing of them is stored beside the services themselves.
import type { Random } from '@berth/host';
import {
  type Draft,
  type FieldError,
  invalid,
  invalidError,
  type Service,
  StatusError,
  services,
} from '@berth/objects';
import { Allocator } from './allocator.ts';
import { formatAddress, parseAddress, parseCidr } from './ipv4.ts';
import { type AdmissionPlugin, type AdmissionRequest, writeOf } from './plugin.ts';
import { carryOver, needsAddress, needsNodePorts, normalizeAddresses } from './service-fields.ts';

export interface ServiceAddressesOptions {
  /** Such as `10.96.0.0/16`. */
  readonly addresses: string;
  readonly nodePorts: { readonly first: number; readonly last: number };
  readonly random: Random;
  /** Resolves when every acknowledged write has been told to `follow`. */
  readonly settled: () => Promise<void>;
}

/** A number that a draft took and that goes back if the draft is not written. */
interface Taken {
  readonly from: Allocator;
  readonly number: number;
}

/** Positions in the service range that have a meaning: the API server's own service and the cluster's DNS. */
const apiAddress = 1;
const dnsAddress = 10;

export class ServiceAddresses implements AdmissionPlugin {
  readonly name = 'ServiceAddresses';
  readonly #options: ServiceAddressesOptions;
  readonly #addresses: Allocator;
  readonly #ports: Allocator;
  /** The address of the `kubernetes` service. */
  readonly apiAddress: string;

  constructor(options: ServiceAddressesOptions) {
    this.#options = options;
    const { first, size } = parseCidr(options.addresses);
    // The network's own address and the last one are nobody's. Of the rest, the lower part is set aside for services
    // that ask for an address. Source: Kubernetes, "Service ClusterIP allocation", KEP-3070 and KEP-3668.
    const reserved = [first + apiAddress, first + dnsAddress];
    const setAside = Math.min(Math.max(16, Math.floor(size / 16)), 256);
    this.#addresses = new Allocator({ first: first + 1, size: size - 2, setAside, reserved }, options.random);
    this.apiAddress = formatAddress(first + apiAddress);
    const ports = options.nodePorts.last - options.nodePorts.first + 1;
    const setAsidePorts = Math.min(Math.max(16, Math.floor(ports / 32)), 128);
    this.#ports = new Allocator(
      { first: options.nodePorts.first, size: ports, setAside: setAsidePorts, reserved: [] },
      options.random,
    );
  }

  /** Begins anew with the services that there are. */
  reset(current: Iterable<Service>): void {
    this.#addresses.clear();
    this.#ports.clear();
    for (const service of current) this.follow(undefined, service);
  }

  /** A service changed in the store, here or by another server. */
  follow(previous: Service | undefined, next: Service | undefined): void {
    if (previous) {
      for (const { from, number } of this.#numbersOf(previous)) from.release(number, previous.metadata.uid);
    }
    if (next) for (const { from, number } of this.#numbersOf(next)) from.take(number, next.metadata.uid);
  }

  admit(request: AdmissionRequest): void {
    const write = writeOf(request, services);
    if (!write) return;
    normalizeAddresses(write.draft, write.old);
    if (write.old) carryOver(write.draft, write.old);
  }

  async allocate(request: AdmissionRequest): Promise<void> {
    const write = writeOf(request, services);
    if (!write) return;
    const taken: Taken[] = [];
    const kept = write.old ? this.#numbersOf(write.old) : [];
    request.onSettled((written) => {
      if (written) return;
      for (const { from, number } of taken) {
        const before = kept.some((held) => held.from === from && held.number === number);
        if (!before) from.release(number, write.draft.metadata.uid);
      }
    });
    if (needsAddress(write.draft)) await this.#allocateAddress(write.draft, taken);
    if (needsNodePorts(write.draft)) await this.#allocatePorts(write.draft, taken);
  }

  async #allocateAddress(draft: Draft<Service>, taken: Taken[]): Promise<void> {
    const { spec, metadata } = draft;
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
    const asked = spec.clusterIP;
    if (asked === 'None') return;
    if (asked) {
      const problem = await this.#takeAddress(asked, metadata.uid, taken);
      if (!problem) return;
      const error = invalid('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${problem}`);
      throw refuse(draft, error);
    }
    const number = this.#addresses.takeAny(metadata.uid);
    if (number === undefined) throw new StatusError('InternalError', 'failed to allocate a serviceIP: range is full');
    taken.push({ from: this.#addresses, number });
    spec.clusterIP = formatAddress(number);
    spec.clusterIPs = [spec.clusterIP];
  }

  /** Returns why the address cannot be had. */
  async #takeAddress(address: string, owner: string, taken: Taken[]): Promise<string | undefined> {
    const number = parseAddress(address);
    if (number === undefined || !this.#addresses.contains(number))
      return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.#options.addresses}`;
    if (!(await this.#take({ from: this.#addresses, number }, owner, taken))) return 'provided IP is already allocated';
    return undefined;
  }

  async #allocatePorts(draft: Draft<Service>, taken: Taken[]): Promise<void> {
    const ports = draft.spec.ports ?? [];
    for (const [index, port] of ports.entries()) {
      if (!port.nodePort) continue;
      const problem = await this.#takePort(port.nodePort, draft.metadata.uid, taken);
      if (problem) throw refuse(draft, invalid(`spec.ports[${index}].nodePort`, port.nodePort, problem));
    }
    for (const port of ports) {
      if (port.nodePort) continue;
      // One port for two protocols, such as DNS, gets one node port.
      const twin = ports.find(
        (other) => other.nodePort && other.port === port.port && other.protocol !== port.protocol,
      );
      port.nodePort = twin?.nodePort ?? this.#anyPort(draft.metadata.uid, taken);
    }
  }

  #anyPort(owner: string, taken: Taken[]): number {
    const number = this.#ports.takeAny(owner);
    if (number === undefined) throw new StatusError('InternalError', 'failed to allocate a nodePort: range is full');
    taken.push({ from: this.#ports, number });
    return number;
  }

  async #takePort(number: number, owner: string, taken: Taken[]): Promise<string | undefined> {
    const { first, last } = this.#options.nodePorts;
    if (!this.#ports.contains(number))
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    if (!(await this.#take({ from: this.#ports, number }, owner, taken))) return 'provided port is already allocated';
    return undefined;
  }

  /** Takes a number; one that seems taken may have been given back by a write that is not in the cache yet. */
  async #take({ from, number }: Taken, owner: string, taken: Taken[]): Promise<boolean> {
    if (!from.take(number, owner)) {
      await this.#options.settled();
      if (!from.take(number, owner)) return false;
    }
    taken.push({ from, number });
    return true;
  }

  #numbersOf(service: Service): Taken[] {
    const numbers: Taken[] = [];
    const address = parseAddress(service.spec.clusterIP ?? '');
    if (address !== undefined) numbers.push({ from: this.#addresses, number: address });
    for (const { nodePort } of service.spec.ports ?? [])
      if (nodePort) numbers.push({ from: this.#ports, number: nodePort });
    return numbers;
  }
}

function refuse(draft: Draft<Service>, error: FieldError): StatusError {
  return invalidError(services, draft.metadata.name, [error]);
}

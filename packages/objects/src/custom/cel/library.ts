// Owns the functions that Kubernetes adds to the expression language: of lists, texts, patterns, sets, URLs, addresses and
// quantities. Source: Kubernetes' documentation, "Common Expression Language in Kubernetes", "CEL libraries".

import { isIP, isIPv4 } from 'node:net';
import { Environment, EvaluationError } from '@marcbachmann/cel-js';
import { canonicalQuantity, compareQuantities } from '../../quantity.ts';
import { isSame } from './cel-values.ts';
import { compiled } from './metered.ts';

function fail(message: string): never {
  throw new EvaluationError({ code: 'invalid_argument', message });
}

/** The environment that the rules of all schemas start from. */
export function kubernetesEnvironment(): Environment {
  const environment = new Environment({ enableOptionalTypes: true });
  addLists(environment);
  addTexts(environment);
  addSets(environment);
  addUrls(environment);
  addAddresses(environment);
  addQuantities(environment);
  return environment;
}

type Ordered = bigint | number | string | boolean | Date;

function addLists(environment: Environment): void {
  const ordered = ['int', 'double', 'string', 'bool', 'google.protobuf.Timestamp', 'google.protobuf.Duration'];
  for (const type of ordered) {
    const least = (list: readonly Ordered[], name: string, sign: number) =>
      list.length === 0
        ? fail(`${name} called on empty list`)
        : list.reduce((a, b) => ((sign < 0 ? b < a : b > a) ? b : a));
    environment
      .registerFunction(`list<${type}>.isSorted(): bool`, (list: readonly Ordered[]) =>
        list.every((item, at) => at === 0 || list[at - 1]! <= item),
      )
      .registerFunction(`list<${type}>.min(): ${type}`, (list: readonly Ordered[]) => least(list, 'min', -1))
      .registerFunction(`list<${type}>.max(): ${type}`, (list: readonly Ordered[]) => least(list, 'max', 1));
  }
  environment
    .registerFunction('list<int>.sum(): int', (list: readonly bigint[]) => list.reduce((a, b) => a + b, 0n))
    .registerFunction('list<double>.sum(): double', (list: readonly number[]) => list.reduce((a, b) => a + b, 0))
    .registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findIndex((other) => isSame(other, item))),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findLastIndex((other) => isSame(other, item))),
    );
}

function addTexts(environment: Environment): void {
  const found = (text: string, pattern: string) => {
    const matcher = compiled(pattern).matcher(text);
    const all: string[] = [];
    while (matcher.find()) all.push(matcher.group() ?? '');
    return all;
  };
  const replaced = (text: string, from: string, [to, most]: readonly [string, bigint]) => {
    const parts = text.split(from);
    const count = most < 0n ? parts.length - 1 : Math.min(Number(most), parts.length - 1);
    return (
      parts
        .slice(0, count)
        .map((part) => part + to)
        .join('') + parts.slice(count).join(from)
    );
  };
  environment
    .registerFunction('matches(string, string): bool', (text: string, pattern: string) =>
      compiled(pattern).matcher(text).find(),
    )
    .registerFunction('string.find(string): string', (text: string, pattern: string) => found(text, pattern)[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', found)
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, most: bigint) =>
      most < 0n ? found(text, pattern) : found(text, pattern).slice(0, Number(most)),
    )
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const characters = [...text];
      if (at < 0n || at > BigInt(characters.length)) fail(`index out of range: ${at}`);
      return characters[Number(at)] ?? '';
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      replaced(text, from, [to, -1n]),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, most: bigint) => replaced(text, from, [to, most]),
    )
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction('string.format(list): string', formatted);
}

/** `%s`, `%d`, `%f`, `%.2f`, `%e`, `%b`, `%o`, `%x`, `%X`, `%%`. */
function formatted(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(/%(?:\.(\d{1,3}))?(.)/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= values.length) fail(`index ${next} out of range`);
    return formattedValue(values[next++], verb, digits === undefined ? 6 : Number(digits));
  });
}

function formattedValue(value: unknown, verb: string, digits: number): string {
  switch (verb) {
    case 's':
      return shown(value);
    case 'd':
      return String(value);
    case 'f':
      return Number(value).toFixed(Math.min(digits, 100));
    case 'e':
      return Number(value).toExponential(Math.min(digits, 100));
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : (value as bigint).toString(2);
    case 'o':
      return (value as bigint).toString(8);
    case 'x':
    case 'X': {
      const hex = typeof value === 'bigint' ? value.toString(16) : Buffer.from(String(value)).toString('hex');
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    default:
      return fail(`unrecognized formatting clause ${JSON.stringify(verb)}`);
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...value]
      .map(([key, item]) => `${key}: ${shown(item)}`)
      .sort()
      .join(', ')}}`;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  return String(value);
}

function addSets(environment: Environment): void {
  type List = readonly unknown[];
  const has = (list: List, item: unknown) => list.some((other) => isSame(other, item));
  const contains = (list: List, part: List) => part.every((item) => has(list, item));
  // The functions of a namespace are those of a constant of this type.
  class Sets {}
  environment
    .registerType('SetFunctions', { ctor: Sets, fields: {} })
    .registerConstant('sets', 'SetFunctions', new Sets())
    .registerFunction('SetFunctions.contains(list, list): bool', (_: unknown, list: List, part: List) =>
      contains(list, part),
    )
    .registerFunction(
      'SetFunctions.equivalent(list, list): bool',
      (_: unknown, a: List, b: List) => contains(a, b) && contains(b, a),
    )
    .registerFunction('SetFunctions.intersects(list, list): bool', (_: unknown, a: List, b: List) =>
      a.some((item) => has(b, item)),
    );
}

/** A wrapper that rules see as a type of its own. */
class CelUrl {
  readonly url: URL;
  constructor(url: URL) {
    this.url = url;
  }
}

function parsedUrl(text: string): URL | undefined {
  const isPath = text.startsWith('/');
  if (!isPath && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return undefined;
  return URL.canParse(text, 'path://-') ? new URL(text, 'path://-') : undefined;
}

function addUrls(environment: Environment): void {
  const isPath = ({ url }: CelUrl) => url.protocol === 'path:';
  const host = ({ url }: CelUrl) => url.host;
  environment
    .registerType('net.URL', { ctor: CelUrl, fields: {} })
    .registerFunction('isURL(string): bool', (text: string) => parsedUrl(text) !== undefined)
    .registerFunction('url(string): net.URL', (text: string) => {
      const url = parsedUrl(text);
      return url
        ? new CelUrl(url)
        : fail(`URL parse error during conversion from string: parse ${JSON.stringify(text)}`);
    })
    .registerFunction('net.URL.getScheme(): string', (value: CelUrl) =>
      isPath(value) ? '' : value.url.protocol.slice(0, -1),
    )
    .registerFunction('net.URL.getHost(): string', (value: CelUrl) => (isPath(value) ? '' : host(value)))
    .registerFunction('net.URL.getHostname(): string', (value: CelUrl) =>
      isPath(value) ? '' : value.url.hostname.replace(/^\[(.*)\]$/, '$1'),
    )
    .registerFunction('net.URL.getPort(): string', (value: CelUrl) => value.url.port)
    .registerFunction('net.URL.getEscapedPath(): string', (value: CelUrl) => value.url.pathname)
    .registerFunction('net.URL.getQuery(): map<string, list<string>>', ({ url }: CelUrl) => {
      const keys = [...new Set(url.searchParams.keys())];
      return new Map(keys.map((key) => [key, url.searchParams.getAll(key)]));
    })
    .registerOperator('net.URL == net.URL', (a: CelUrl, b: CelUrl) => a.url.href === b.url.href);
}

class CelAddress {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function addAddresses(environment: Environment): void {
  const numbers = ({ text }: CelAddress) => text.split('.').map(Number);
  environment
    .registerType('net.IP', { ctor: CelAddress, fields: {} })
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
    .registerFunction('ip(string): net.IP', (text: string) =>
      isIP(text)
        ? new CelAddress(text.toLowerCase())
        : fail(`IP Address ${JSON.stringify(text)} parse error during conversion from string`),
    )
    .registerFunction('net.IP.family(): int', ({ text }: CelAddress) => (isIPv4(text) ? 4n : 6n))
    .registerFunction('net.IP.isLoopback(): bool', (value: CelAddress) =>
      isIPv4(value.text) ? numbers(value)[0] === 127 : value.text === '::1',
    )
    .registerFunction('net.IP.isUnspecified(): bool', ({ text }: CelAddress) => text === '0.0.0.0' || text === '::')
    .registerFunction('string(net.IP): string', ({ text }: CelAddress) => text)
    .registerOperator('net.IP == net.IP', (a: CelAddress, b: CelAddress) => a.text === b.text);
}

class CelQuantity {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function addQuantities(environment: Environment): void {
  const canonical = (text: string) => {
    const quantity = canonicalQuantity(text);
    return 'error' in quantity ? undefined : quantity.text;
  };
  const compare = (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text);
  environment
    .registerType('kubernetes.Quantity', { ctor: CelQuantity, fields: {} })
    .registerFunction('isQuantity(string): bool', (text: string) => canonical(text) !== undefined)
    .registerFunction('quantity(string): kubernetes.Quantity', (text: string) => {
      const found = canonical(text);
      return found === undefined ? fail(`quantities must match the regular expression`) : new CelQuantity(found);
    })
    .registerFunction(
      'kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool',
      (a: CelQuantity, b: CelQuantity) => compare(a, b) < 0,
    )
    .registerFunction(
      'kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool',
      (a: CelQuantity, b: CelQuantity) => compare(a, b) > 0,
    )
    .registerFunction('kubernetes.Quantity.compareTo(kubernetes.Quantity): int', (a: CelQuantity, b: CelQuantity) =>
      BigInt(Math.sign(compare(a, b))),
    )
    .registerFunction('kubernetes.Quantity.sign(): int', (value: CelQuantity) =>
      BigInt(Math.sign(compare(value, new CelQuantity('0')))),
    )
    .registerOperator(
      'kubernetes.Quantity == kubernetes.Quantity',
      (a: CelQuantity, b: CelQuantity) => compare(a, b) === 0,
    );
}

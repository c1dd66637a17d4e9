// Owns quantities of resources, exactly: `500m`, `1.5Gi`, `12e6`. A quantity is a number of nano-units as a bigint with
// the format in which it was written; texts are canonical as Kubernetes writes them.
// Source: Kubernetes API, resource.Quantity.

type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The value times 10⁹: what is finer is rounded up. */
  readonly nano: bigint;
  readonly format: Format;
}

const NANO = 10n ** 9n;
const form = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(.*)$/;
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryExponents: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const largestDecimal = ['E', 'P', 'T', 'G', 'M', 'k', '', 'm', 'u', 'n'] as const;
const largestBinary = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;

export const quantityFormatError =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixError = "unable to parse quantity's suffix";
/** What Kubernetes caps quantities at. */
const maxUnits = 2n ** 63n - 1n;

type Reading = Quantity | { readonly error: string };

const readings = new Map<string, Reading>();
/** Real clusters use few different quantities; what clients may make up is bounded. */
const MAX_READINGS = 10_000;

/** Reads a quantity, or says in Kubernetes' words what is wrong with the text. */
function readQuantity(text: string): Reading {
  let reading = readings.get(text);
  if (!reading) {
    reading = readText(text);
    if (readings.size >= MAX_READINGS) readings.clear();
    readings.set(text, reading);
  }
  return reading;
}

function readText(text: string): Reading {
  const match = form.exec(text);
  if (!match) return { error: quantityFormatError };
  const [, sign, digits, suffix] = match as unknown as [string, string, string, string];
  const scale = readSuffix(suffix);
  if (!scale) return { error: /^[eEinumkKMGTP]*[-+]?[0-9]*$/.test(suffix) ? suffixError : quantityFormatError };
  const [whole = '', fraction = ''] = digits.split('.');
  const numerator = BigInt(`${whole}${fraction}` || '0') * NANO * scale.factor;
  const denominator = 10n ** BigInt(fraction.length) * scale.divisor;
  // Away from zero: a request is never understated.
  const magnitude = (numerator + denominator - 1n) / denominator;
  const capped = magnitude > maxUnits * NANO ? maxUnits * NANO : magnitude;
  return { nano: sign === '-' ? -capped : capped, format: scale.format };
}

function readSuffix(suffix: string): { factor: bigint; divisor: bigint; format: Format } | undefined {
  const binary = binaryExponents[suffix];
  if (binary !== undefined) return { factor: 1n << binary, divisor: 1n, format: 'BinarySI' };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix);
  const decimal = exponent ? Number(exponent[1]) : decimalExponents[suffix];
  // Beyond this every value is the cap or nothing.
  if (decimal === undefined || Math.abs(decimal) > 100) return undefined;
  const format = exponent ? 'DecimalExponent' : 'DecimalSI';
  return decimal >= 0
    ? { factor: 10n ** BigInt(decimal), divisor: 1n, format }
    : { factor: 1n, divisor: 10n ** BigInt(-decimal), format };
}

/** Reads a quantity; throws on a text that is none, which validation has let nobody store. */
export function parseQuantity(text: string): Quantity {
  const quantity = readQuantity(text);
  if ('error' in quantity) throw new Error(`${quantity.error}: ${JSON.stringify(text)}`);
  return quantity;
}

/** The canonical text: the largest suffix that needs no fraction. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const sign = nano < 0n ? '-' : '';
  const magnitude = nano < 0n ? -nano : nano;
  // Below 1024 and with a fraction, binary suffixes say nothing.
  if (format === 'BinarySI' && magnitude % NANO === 0n && magnitude / NANO >= 1024n) {
    const units = magnitude / NANO;
    for (const suffix of largestBinary) {
      const size = 1n << (binaryExponents[suffix] as bigint);
      if (units % size === 0n) return `${sign}${units / size}${suffix}`;
    }
    return `${sign}${units}`;
  }
  for (const suffix of largestDecimal) {
    const exponent = decimalExponents[suffix] as number;
    const size = 10n ** BigInt(exponent + 9);
    if (magnitude % size !== 0n) continue;
    if (format !== 'DecimalExponent') return `${sign}${magnitude / size}${suffix}`;
    return exponent === 0 ? `${sign}${magnitude / size}` : `${sign}${magnitude / size}e${exponent}`;
  }
  throw new Error(`quantity ${nano} has no canonical form`);
}

/** The canonical text of a quantity, or what is wrong with it. */
export function canonicalQuantity(text: string): { readonly text: string } | { readonly error: string } {
  const reading = readQuantity(text);
  return 'error' in reading ? reading : { text: formatQuantity(reading) };
}

/** Negative if `a` is less. */
export function compareQuantities(a: string, b: string): number {
  const difference = parseQuantity(a).nano - parseQuantity(b).nano;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The sum, in the format of the first. */
export function addQuantities(a: string, b: string): string {
  const first = parseQuantity(a);
  return formatQuantity({
    nano: first.nano + parseQuantity(b).nano,
    format: first.nano === 0n ? parseQuantity(b).format : first.format,
  });
}

/** The difference, in the format of the first. */
export function subtractQuantities(a: string, b: string): string {
  const { nano, format } = parseQuantity(b);
  return addQuantities(a, formatQuantity({ nano: -nano, format }));
}

function roundedUp(nano: bigint, unit: bigint): number {
  return Number(nano >= 0n ? (nano + unit - 1n) / unit : nano / unit);
}

/** Thousandths, rounded up: how CPU is counted. */
export function milliValue(text: string): number {
  return roundedUp(parseQuantity(text).nano, NANO / 1000n);
}

/** Whole units, rounded up: how bytes and pods are counted. */
export function wholeValue(text: string): number {
  return roundedUp(parseQuantity(text).nano, NANO);
}

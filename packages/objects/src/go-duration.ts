// Owns durations as the API writes them: `15.5s`, `1m0s`, `250ms`. Source: Go's time.Duration, String and ParseDuration.

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const second = 1_000_000_000n;

/** As Go prints so many nanoseconds. */
export function goDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 0n) return `-${goDuration(-nanoseconds)}`;
  if (nanoseconds < second) {
    const unit = nanoseconds < 1_000n ? 'ns' : nanoseconds < 1_000_000n ? 'µs' : 'ms';
    return `${decimal(nanoseconds, unitNanoseconds[unit]!)}${unit}`;
  }
  const minutes = nanoseconds / (60n * second);
  const seconds = `${decimal(nanoseconds % (60n * second), second)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** Without zeros at the end of its fraction. */
function decimal(value: bigint, unit: bigint): string {
  const fraction = String(value % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${value / unit}${unit > 1n && fraction ? `.${fraction}` : ''}`;
}

/** In nanoseconds; undefined: the text is no duration. */
export function parseGoDuration(text: string): bigint | undefined {
  if (/^[+-]?0$/.test(text)) return 0n;
  if (!/^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = unitNanoseconds[unit]!;
    total += BigInt(whole || '0') * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
  }
  return text.startsWith('-') ? -total : total;
}

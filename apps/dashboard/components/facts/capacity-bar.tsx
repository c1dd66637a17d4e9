// Owns how much of something is taken: a bar and the two numbers. Nearly full looks different from full of room.

interface Properties {
  readonly label: string;
  readonly used: number;
  readonly of: number;
  readonly thin?: boolean;
  text(value: number): string;
}

export function CapacityBar({ label, used, of, thin, text }: Properties) {
  const share = of > 0 ? Math.min(1, used / of) : 0;
  const words = `${text(used)} of ${text(of)}`;
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={used}
      aria-valuetext={words}
      title={`${label}: ${words}`}
      className="flex min-w-0 flex-col gap-1"
    >
      {thin ? null : (
        <span className="flex justify-between gap-2 truncate text-xs whitespace-nowrap">
          <span className="text-ink">{text(used)}</span>
          <span className="text-ink-3">{text(of)}</span>
        </span>
      )}
      <span className="block h-1 overflow-hidden rounded-full bg-line">
        <span
          className={`block h-full rounded-full transition-[width] duration-300 ${share > 0.9 ? 'bg-failing' : 'bg-ink-2'}`}
          style={{ width: `${share * 100}%` }}
        />
      </span>
    </span>
  );
}

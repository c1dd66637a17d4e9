// Owns how many of those wanted are ready, in numbers; what is missing stands out.

export function ReadyCount({ ready, wanted }: { ready: number; wanted: number }) {
  return (
    <span
      data-testid="ready-count"
      className={`whitespace-nowrap ${ready < wanted ? 'font-medium text-ink' : 'text-ink-2'}`}
    >
      {ready}
      <span className="text-ink-3"> of {wanted}</span>
    </span>
  );
}

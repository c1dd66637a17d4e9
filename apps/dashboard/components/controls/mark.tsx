// Owns the sign of Berth: a quay with three berths, one of them lit.

export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 22 22" className="shrink-0">
      <path
        d="M2 3v14.5a1.5 1.5 0 0 0 1.5 1.5h15a1.5 1.5 0 0 0 1.5-1.5V3"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <rect x="5.2" y="9.6" width="5" height="6" rx="1" fill="currentColor" />
      <rect
        x="11.8"
        y="9.6"
        width="5"
        height="6"
        rx="1"
        fill="var(--lamp)"
        stroke="var(--lamp-line)"
        strokeWidth="0.8"
      />
    </svg>
  );
}

// Owns the bridge's icons: strokes on a 16-unit grid, drawn for it.

const paths = {
  bridge: 'M2 13h12M3 13V8h3v5M7 13V5h3v8M11 13v-3h2v3M8.5 2v3',
  pods: 'M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5H9z',
  controllers: 'M2 5.5h3.5v5H2zM6.5 5.5H10v5H6.5zM12 6v4M14 6v4',
  services: 'M3 8h3M6 8l4-4.5h3.5M6 8h7.5M6 8l4 4.5h3.5M3 8a1 1 0 1 1-.01 0',
  nodes: 'M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.01M4.5 11h.01M8 5h4M8 11h4',
  events: 'M3 3v10M3 4h6M3 8h10M3 12h4',
  audit: 'M4 1.5h6l3 3V14.5H4zM6.5 7h4M6.5 10h4',
  search: 'M7 2.5a4.5 4.5 0 1 1-.01 0M10.4 10.4 14 14',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  sun: 'M8 5.2a2.8 2.8 0 1 1-.01 0M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  user: 'M8 2.5a2.7 2.7 0 1 1-.01 0M2.8 14c.5-3 2.6-4.5 5.2-4.5s4.7 1.5 5.2 4.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  warning: 'M8 2 1.5 13.5h13zM8 6.5v3.5M8 12v.01',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4L6 8l4 4',
  sortUp: 'M8 13V3.5M4 7l4-4 4 4',
  sortDown: 'M8 3v9.5M4 9l4 4 4-4',
  download: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  wrap: 'M2 4h12M2 8h9.5a2 2 0 0 1 0 4H8M10 10l-2 2 2 2M2 12h3',
  follow: 'M2.5 3h11M2.5 6h11M8 8.5v5M5.5 11 8 13.5l2.5-2.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  bookmark: 'M4 2h8v12l-4-3-4 3z',
  undo: 'M3 6h7a3.5 3.5 0 0 1 0 7H6M6 3 3 6l3 3',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 9h6l.5-9',
  link: 'M6.5 9.5l3-3M7 5l1.5-1.5a2.5 2.5 0 0 1 4 4L11 9M9 11l-1.5 1.5a2.5 2.5 0 0 1-4-4L5 7',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16, className = '' }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
    >
      <path d={paths[name]} />
    </svg>
  );
}

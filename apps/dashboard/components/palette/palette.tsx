export function Palette({ close }: { close(): void }) { return <button type="button" onClick={close}>x</button>; }

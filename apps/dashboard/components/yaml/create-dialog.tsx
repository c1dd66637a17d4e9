export function CreateDialog({ close }: { close(): void }) { return <button type="button" onClick={close}>x</button>; }

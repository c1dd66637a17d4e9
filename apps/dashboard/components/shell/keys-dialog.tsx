'use client';
// Owns the list of keys.
import { Dialog } from '../overlay/dialog.tsx';

const keys: readonly (readonly [string, string])[] = [
  ['⌘K or Ctrl K', 'Go to any object, page or action'],
  ['/', 'Search in the list'],
  ['c', 'Create from YAML'],
  ['↑ ↓', 'Move through the rows of a list, the cells of the bridge, the lines of a menu'],
  ['Enter', 'Open what has the focus'],
  ['Alt Enter on a label', 'Exclude it; Enter includes it'],
  ['← → on a scale handle', 'One pod less or more; with Shift ten; Home for none, End doubles; or type the number'],
  ['Enter, Escape on a scale handle', 'Scale, or leave it as it was'],
  ['?', 'This list'],
];

export function KeysDialog({ close }: { close(): void }) {
  return (
    <Dialog title="Keyboard" close={close}>
      <dl className="grid grid-cols-[minmax(8rem,auto)_1fr] gap-x-5 gap-y-2.5">
        {keys.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded-sm border border-line bg-canvas px-1.5 py-0.5 text-xs">{key}</kbd>
            </dt>
            <dd className="text-ink-2">{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

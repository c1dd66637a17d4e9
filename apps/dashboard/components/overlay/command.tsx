'use client';
// Owns the line that shows an action as kubectl would do it, to be copied.
import { useState } from 'react';
import { Icon } from '../controls/icon.tsx';

export function Command({ text, label = 'The same with kubectl' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      title={text}
      aria-label={`${copied ? 'Copied' : 'Copy'}: ${label}`}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 1_500);
        });
      }}
      className="group flex min-w-0 items-center gap-2 rounded-md bg-sunken px-2 py-1.5 text-left text-ink-2 hover:text-ink"
    >
      <span aria-hidden="true" className="font-mono text-xs text-ink-3 select-none">
        $
      </span>
      <code data-testid="kubectl" className="min-w-0 flex-1 truncate text-xs">
        {text}
      </code>
      <Icon name={copied ? 'check' : 'copy'} size={14} />
    </button>
  );
}

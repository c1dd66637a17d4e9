// Owns a labelled text field, with what is wrong with it underneath.
import { type InputHTMLAttributes, useId } from 'react';

export const inputShape =
  'h-9 w-full min-w-0 rounded-md border border-line-strong bg-canvas px-2.5 text-base text-ink hover:border-edge aria-invalid:border-failing';

export function Field({
  label,
  problem,
  hint,
  ...input
}: InputHTMLAttributes<HTMLInputElement> & { label: string; problem?: string; hint?: string }) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={inputShape}
      />
      {note ? (
        <p
          id={`${id}-note`}
          role={problem ? 'alert' : undefined}
          className={problem ? 'text-failing-text' : 'text-ink-3'}
        >
          {note}
        </p>
      ) : null}
    </div>
  );
}

// Owns a part of an object's page under a heading, and facts as pairs.
import { type ReactNode, useId } from 'react';

export function Section({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-2">
      <div className="flex min-h-6 items-center gap-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Facts without a value are left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,max-content)_minmax(0,1fr)] gap-x-5 gap-y-1.5">
      {facts
        .filter(([, value]) => value !== undefined && value !== '' && value !== null)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The two columns of an overview: what it is, and what goes on around it. */
export function Columns({ children }: { children: ReactNode }) {
  return (
    <div className="grid gap-x-10 gap-y-7 px-5 pt-4 pb-10 max-md:px-4 lg:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)] [&>*]:flex [&>*]:min-w-0 [&>*]:flex-col [&>*]:gap-7">
      {children}
    </div>
  );
}

'use client';
import { useParameters } from '../../live/address.ts';
// Owns the choice of the namespace, which stands in the address as `ns`. None means all.
import { api } from '../../live/api.ts';
import { useQuery } from '../../live/use-query.ts';
import { Icon } from '../controls/icon.tsx';

export function NamespaceSelect() {
  const parameters = useParameters();
  const chosen = parameters.get('ns');
  const namespaces = useQuery('namespaces', () => api.namespaces.list.query());
  const names = namespaces.data?.map((namespace) => namespace.name) ?? [];
  const all = chosen && !names.includes(chosen) ? [chosen, ...names] : names;
  return (
    <div className="relative flex min-w-0 items-center">
      <select
        aria-label="Namespace"
        data-testid="namespace"
        value={chosen}
        onFocus={namespaces.again}
        onChange={(event) => parameters.set({ ns: event.target.value })}
        className={`h-8 w-full max-w-48 min-w-0 appearance-none truncate rounded-md border bg-transparent pr-7 pl-2.5 hover:border-edge ${
          chosen ? 'border-lamp-line bg-lamp-soft font-medium' : 'border-line text-ink-2'
        }`}
      >
        <option value="">All namespaces</option>
        {all.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <Icon name="down" size={12} className="pointer-events-none absolute right-2.5 text-ink-3" />
    </div>
  );
}

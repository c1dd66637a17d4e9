// Owns the address bar as state: what a person would want to share (namespace, filter, search, order) is read from
// there and written there, and nowhere else.
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';

/** The placeholder segments of a dynamic route are exported once; the real ones are in the address. */
export function useObjectKey(): { readonly namespace: string; readonly name: string } {
  const segments = usePathname().split('/').filter(Boolean).map(decodeURIComponent);
  return segments.length >= 3
    ? { namespace: segments[1]!, name: segments[2]! }
    : { namespace: '', name: segments[1] ?? '' };
}

export interface Parameters {
  get(name: string): string;
  /** Empty values are left out of the address. Replaces the entry in the history: going back leaves the page. */
  set(values: Readonly<Record<string, string>>): void;
}

export function useParameters(): Parameters {
  const search = useSearchParams();
  const set = useCallback((values: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const text = next.toString();
    window.history.replaceState(null, '', text ? `?${text}` : window.location.pathname);
  }, []);
  return useMemo(() => ({ get: (name) => search.get(name) ?? '', set }), [search, set]);
}

export function useGo(): (href: string) => void {
  const router = useRouter();
  return useCallback((href) => router.push(href), [router]);
}

const pages: Readonly<Record<string, string>> = {
  Pod: 'pods',
  ReplicationController: 'replicationcontrollers',
  Service: 'services',
  Node: 'nodes',
};

/** Where the page of an object is; undefined for kinds that have none. */
export function pageOf(object: {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string | undefined {
  const noun = pages[object.kind];
  if (!noun) return undefined;
  return object.kind === 'Node' || !object.namespace
    ? `/${noun}/${encodeURIComponent(object.name)}`
    : `/${noun}/${encodeURIComponent(object.namespace)}/${encodeURIComponent(object.name)}`;
}

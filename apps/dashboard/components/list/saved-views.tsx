'use client';
// Owns the views of a list that a person saved: a name for what stands in the address.
import type { Noun } from '@berth/dashboard-api';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { api, failureOf } from '../../live/api.ts';
import { useQuery } from '../../live/use-query.ts';
import { Button, IconButton } from '../controls/button.tsx';
import { inputShape } from '../controls/field.tsx';
import { Menu } from '../controls/menu.tsx';
import { say } from '../overlay/toasts.tsx';

export function SavedViews({ noun }: { noun: Noun }) {
  const saved = useQuery('views', () => api.views.list.query());
  const [name, setName] = useState('');
  const mine = saved.data?.filter((view) => view.noun === noun) ?? [];
  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await api.views.save.mutate({ name, noun, query: window.location.search });
      setName('');
      saved.again();
      say({ title: `Saved the view “${name}”` });
    } catch (error) {
      say({ title: 'The view was not saved', detail: failureOf(error).message, failed: true });
    }
  };
  const remove = async (id: string) => {
    await api.views.delete.mutate({ id }).catch((error: unknown) => {
      say({ title: 'The view was not deleted', detail: failureOf(error).message, failed: true });
    });
    saved.again();
  };
  return (
    <Menu icon="bookmark" label="Saved views">
      {mine.length === 0 ? <p className="px-2.5 py-1.5 text-ink-3">No saved views yet.</p> : null}
      {mine.map((view) => (
        <div key={view.id} className="flex items-center">
          <Link
            href={`/${noun}${view.query}`}
            prefetch={false}
            className="min-w-0 flex-1 truncate rounded-sm px-2.5 py-1.5 hover:bg-sunken focus-visible:bg-sunken"
          >
            {view.name}
          </Link>
          <IconButton icon="trash" label={`Delete the view ${view.name}`} onClick={() => void remove(view.id)} />
        </div>
      ))}
      <form onSubmit={(event) => void save(event)} className="mt-1 flex gap-2 border-t border-line p-2">
        <input
          aria-label="Name for this view"
          placeholder="Name this view"
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className={`${inputShape} h-8 text-sm`}
        />
        <Button type="submit">Save</Button>
      </form>
    </Menu>
  );
}

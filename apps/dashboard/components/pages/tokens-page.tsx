'use client';
// Owns a person's API tokens: what there are, when each was used and ends, making one, revoking one.
import type { ApiTokenSummary } from '@berth/dashboard-api';
import { useState } from 'react';
import { api } from '../../live/api.ts';
import { useNow } from '../../live/now.ts';
import { useQuery } from '../../live/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Age } from '../facts/age.tsx';
import { ageText, dateText } from '../facts/format.ts';
import { FailureNotice, Notice, SkeletonRows } from '../states/states.tsx';
import { NewTokenDialog } from '../tokens/new-token-dialog.tsx';
import { RevokeButton } from '../tokens/revoke-button.tsx';

export function TokensPage() {
  const tokens = useQuery('tokens', () => api.tokens.list.query());
  const [making, setMaking] = useState(false);
  const newToken = (
    <Button weight="main" icon="plus" data-testid="new-token" onClick={() => setMaking(true)}>
      New token
    </Button>
  );
  return (
    <section
      aria-labelledby="tokens-title"
      className="mx-auto flex max-w-[58rem] flex-col gap-3 px-5 pt-4 pb-10 max-md:px-4"
    >
      <header className="flex items-center gap-3">
        <h1 id="tokens-title" className="text-lg font-semibold tracking-[-0.01em]">
          API tokens
        </h1>
        <p className="mr-auto text-ink-3 max-md:hidden">With a token a program acts as you.</p>
        {tokens.data?.length ? <div className="max-md:ml-auto">{newToken}</div> : null}
      </header>
      {tokens.failure && !tokens.data ? (
        <FailureNotice failure={tokens.failure} what="your API tokens" again={tokens.again} />
      ) : !tokens.data ? (
        <SkeletonRows />
      ) : tokens.data.length === 0 ? (
        <Notice icon="link" title="No tokens yet" actions={newToken}>
          <p>
            With a token a program, such as kubectl on your own machine, acts on the cluster as you: it may do what you
            may do, until the token ends or you revoke it.
          </p>
        </Notice>
      ) : (
        <ul className="flex flex-col" data-testid="tokens">
          {tokens.data.map((token) => (
            <Token key={token.id} token={token} revoked={tokens.again} />
          ))}
        </ul>
      )}
      {making ? <NewTokenDialog made={tokens.again} close={() => setMaking(false)} /> : null}
    </section>
  );
}

function Token({ token, revoked }: { token: ApiTokenSummary; revoked(): void }) {
  const { name, createdAt, lastUsedAt, expiresAt } = token;
  return (
    <li
      data-testid="token-row"
      data-name={name}
      className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-center gap-x-3 border-b border-line py-3"
    >
      <Icon name="link" size={14} className="text-ink-3" />
      <div className="min-w-0">
        <p className="truncate font-medium">{name}</p>
        <p className="flex flex-wrap gap-x-3 text-ink-3">
          <span>
            made <Age at={createdAt} /> ago
          </span>
          <span data-testid="token-use">
            {lastUsedAt === undefined ? (
              'never used'
            ) : (
              <>
                last used <Age at={lastUsedAt} /> ago
              </>
            )}
          </span>
          <End at={expiresAt} />
        </p>
      </div>
      <RevokeButton token={token} revoked={revoked} />
    </li>
  );
}

function End({ at }: { at: number | undefined }) {
  const left = useNow((now) => (at === undefined ? undefined : at - now));
  if (at === undefined || left === undefined) return <span>does not end</span>;
  if (left <= 0) return <span className="font-medium text-failing-text">has ended</span>;
  return <time dateTime={new Date(at).toISOString()} title={dateText(at)}>{`ends in ${ageText(left)}`}</time>;
}

'use client';
// Owns what is shown in place of a page that broke; the rest of the bridge goes on.
import { Button } from '../components/controls/button.tsx';
import { Notice } from '../components/states/states.tsx';

export default function PageError({ error }: { error: Error }) {
  return (
    <Notice
      page
      icon="warning"
      title="This page broke"
      actions={<Button onClick={() => window.location.reload()}>Load it again</Button>}
    >
      <p>Nothing in the cluster was changed by that. What went wrong:</p>
      <code className="rounded-md bg-sunken px-3 py-2 text-left text-xs">{error.message}</code>
    </Notice>
  );
}

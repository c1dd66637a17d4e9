// Owns what is shown at an address where there is no page.
import Link from 'next/link';
import { Notice } from '../components/states/states.tsx';

export default function NotFound() {
  return (
    <Notice
      page
      icon="search"
      title="There is no such page"
      actions={
        <Link href="/" className="link font-medium">
          Go to the bridge
        </Link>
      }
    >
      <p>The address may have a slip in it.</p>
    </Notice>
  );
}

// Owns the address of the API tokens.
import type { Metadata } from 'next';
import { TokensPage } from '../../components/pages/tokens-page.tsx';

export const metadata: Metadata = { title: 'API tokens' };

export default function Page() {
  return <TokensPage />;
}

// Owns the document: fonts, theme before the first picture, and the frame around every page.
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Shell } from '../components/shell/shell.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Berth', template: '%s · Berth' },
  description: 'The bridge of a Berth cluster',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f3f5f4' },
    { media: '(prefers-color-scheme: dark)', color: '#0b1214' },
  ],
};

/** Runs before anything is drawn, so that the page never flashes in the other theme. */
const theme = `(function(){var d=document.documentElement,m=matchMedia('(prefers-color-scheme: dark)');function f(){var t;try{t=localStorage.getItem('berth.theme')}catch(e){}d.dataset.theme=t==='dark'||t==='light'?t:m.matches?'dark':'light'}f();m.addEventListener('change',f);addEventListener('storage',f);addEventListener('berth:theme',f)})()`;

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file */}
        <script dangerouslySetInnerHTML={{ __html: theme }} />
      </head>
      <body>
        <Shell>{children}</Shell>
      </body>
    </html>
  );
}

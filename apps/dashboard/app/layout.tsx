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

/**
 * A browser gives up what it is loading when a network of its machine comes or goes, and Docker makes networks all the
 * time: a page that lost a script or its styles that way loads itself again, once in ten seconds at most.
 */
const again = `addEventListener('error',function(e){var t=e.target,k='berth.reloaded';if(!t||!(t.tagName==='SCRIPT'&&t.src||t.tagName==='LINK'&&t.rel==='stylesheet'))return;try{if(Date.now()-(+sessionStorage.getItem(k)||0)<1e4)return;sessionStorage.setItem(k,String(Date.now()));location.reload()}catch(e){}},true)`;

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: constants of this file */}
        <script dangerouslySetInnerHTML={{ __html: `${theme};${again}` }} />
      </head>
      <body>
        <Shell>{children}</Shell>
      </body>
    </html>
  );
}

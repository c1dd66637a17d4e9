// Owns how the bridge is built: a static export, which the gateway serves (docs/decisions/dashboard-export.md).

import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'export',
  // The gateway decides what an address shows; no image is resized by a server that is not there.
  images: { unoptimized: true },
  // TypeScript 7 is native and has no JavaScript API, which Next.js would call. The project's check runs
  // `tsc -p apps/dashboard` instead.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  reactStrictMode: true,
};

export default config;

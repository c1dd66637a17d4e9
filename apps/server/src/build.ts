// Owns what a built program knows of its own making: the commit whose sources it was made of. The build puts it in
// (`scripts/build.mjs`); a server that runs from the sources knows nothing of it.
import type { BuildInfo } from '@berth/apiserver';

declare const BERTH_BUILD: BuildInfo | undefined;

export const build: BuildInfo | undefined = typeof BERTH_BUILD === 'undefined' ? undefined : BERTH_BUILD;

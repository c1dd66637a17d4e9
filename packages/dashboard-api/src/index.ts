// What others may use of this package.
export type * from './answers.ts';
export type * from './contract.ts';
export type { AppRouter } from './router.ts';

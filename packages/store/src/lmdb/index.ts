export { type LmdbStoreOptions, openLmdbStore } from './store.ts';

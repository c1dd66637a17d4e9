export { type EtcdStoreOptions, openEtcdStore } from './store.ts';

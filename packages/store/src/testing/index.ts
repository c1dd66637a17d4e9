export { follow, type StoreUnderTest, storeContract } from './contract.ts';
export { type EtcdProcess, startEtcd } from './etcd.ts';
export { openTemporaryStore, temporaryDirectory } from './temporary.ts';

export { follow, type StoreUnderTest, storeContract } from './contract.ts';
export { openTemporaryStore, temporaryDirectory } from './temporary.ts';

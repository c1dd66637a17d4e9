export { createInformer, type InformerOptions } from './create-informer.ts';
export type { Change, Freshness, IndexFunction, Informer, Lister } from './informer.ts';

// What others may use of this package.
export type * from './answers.ts';
export type { ApiEndpoint, PreviewScale } from './context.ts';
export type * from './contract.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { AppRouter } from './router.ts';

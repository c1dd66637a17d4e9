export { createProxy, type ProxyOptions } from './create-proxy.ts';
export type { GatewaySource } from './gateway.ts';
export { removeServiceRules } from './remove.ts';

export { connectDocker, type DockerConnection } from './docker-connection.ts';
export {
  createNodeNetwork,
  type NetworkState,
  type NodeNetwork,
  type NodeNetworkOptions,
} from './node-network.ts';
export { type RemoveOptions, removeNodeNetworks } from './remove.ts';

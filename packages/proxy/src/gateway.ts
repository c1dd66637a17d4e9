// Owns what the proxy and the DNS server ask of the node's network.

export interface GatewaySource {
  /** This node's address on its own pod network, once there is one. */
  readonly gateway: string | undefined;
  /** Returns the function that ends the subscription. */
  onChange(listener: () => void): () => void;
}

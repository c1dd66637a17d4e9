// The suite that every runtime passes, on a real Docker Engine.
import Docker from 'dockerode';
import { until } from '../../testing/docker-node.ts';
import { runtimeSuite } from '../../testing/runtime-suite.ts';
import { createDockerRuntime } from './docker-runtime.ts';

const network = 'berth-runtime-e2e';

runtimeSuite('docker', async () => {
  const docker = new Docker({ socketPath: '/var/run/docker.sock' });
  await docker.createNetwork({
    Name: network,
    Driver: 'bridge',
    IPAM: { Driver: 'default', Config: [{ Subnet: '10.251.9.0/24' }] },
    Options: { 'com.docker.network.bridge.name': 'br-runtime-e2e' },
  });
  return {
    runtime: createDockerRuntime({ clusterId: 'runtime-e2e', nodeName: 'n' }),
    network,
    addresses: '10.251.9.',
    eventually: (look) => until('the runtime is so', look),
    async close() {
      const left = await docker.listContainers({ all: true, filters: { label: ['berth.cluster=runtime-e2e'] } });
      await Promise.all(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
      await docker.getNetwork(network).remove();
    },
  };
});

export { createDockerRuntime, type DockerRuntimeOptions } from './docker-runtime.ts';
export { removeContainers } from './remove.ts';

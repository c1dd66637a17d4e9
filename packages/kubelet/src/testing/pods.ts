// Owns the pods and states that the package's tests are made of.
import type { Container, Pod } from '@berth/objects';
import { specHash } from '../pod/container-spec.ts';
import { type ContainerMemory, freshContainer, type PodMemory } from '../pod/memory.ts';
import type { ContainerPhase, ContainerState, PodState, SandboxState } from '../runtime/port.ts';

/** The moment at which these tests are. */
export const now = Date.UTC(2026, 0, 1);

export function podOf(spec: Partial<Pod['spec']> = {}, status: Pod['status'] = {}): Pod {
  const metadata = { name: 'p', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
  const containers: Container[] = [{ name: 'web', image: 'web:1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec }, status };
}

export const sandbox: SandboxState = {
  id: 's1',
  ready: true,
  createdAt: 1,
  address: '10.0.0.2',
  gracePeriodSeconds: 30,
};

export const running: ContainerPhase = { phase: 'running', startedAt: now - 60_000 };

export function exited(exitCode: number, secondsAgo = 60): ContainerPhase {
  const finishedAt = now - secondsAgo * 1000;
  return { phase: 'exited', startedAt: finishedAt - 1000, finishedAt, exitCode, oomKilled: false };
}

export function instanceOf(
  container: Container,
  status: ContainerPhase,
  changes: Partial<ContainerState> = {},
): ContainerState {
  const { name, image = '' } = container;
  const identity = { id: `${name}-0`, name, sandboxId: 's1', restartCount: 0, specHash: specHash(container) };
  return { ...identity, image, imageId: `docker://${image}`, createdAt: 1, status, ...changes };
}

export function stateOf(
  containers: readonly ContainerState[] = [],
  sandboxes: readonly SandboxState[] = [sandbox],
): PodState {
  return { pod: { uid: 'u', namespace: 'default', name: 'p' }, sandboxes, containers };
}

export type Remembered = Partial<Omit<PodMemory, 'containers'>> & {
  readonly containers?: Readonly<Record<string, Partial<ContainerMemory>>>;
};

export function memoryOf({ containers = {}, ...remembered }: Remembered = {}): PodMemory {
  const known = Object.entries(containers).map(([name, changes]): [string, ContainerMemory] => [
    name,
    { ...freshContainer, ...changes },
  ]);
  return {
    stopping: new Map(),
    health: new Map(),
    terminationMessages: new Map(),
    volumes: { state: 'ready' },
    sandbox: { state: 'due' },
    ...remembered,
    containers: new Map(known),
  };
}

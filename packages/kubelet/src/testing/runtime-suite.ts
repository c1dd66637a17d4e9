// Owns what every runtime must do, as one suite that each of them passes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerPhase, PodIdentity, PodRuntime, PodState } from '../runtime/port.ts';
import { freshSpec } from './container-specs.ts';

export interface RuntimeUnderTest {
  readonly runtime: PodRuntime;
  /** The name of the network that pods join, and what their addresses begin with. */
  readonly network: string;
  readonly addresses: string;
  /** Lets time go by until it is so, or throws. */
  eventually<T>(look: () => Promise<T | undefined>): Promise<T>;
  close(): Promise<void>;
}

export function runtimeSuite(name: string, open: () => Promise<RuntimeUnderTest>): void {
  describe(`${name}: the runtime port`, () => {
    let under: RuntimeUnderTest;
    let runtime: PodRuntime;

    beforeAll(async () => {
      under = await open();
      runtime = under.runtime;
    });

    afterAll(() => under.close());

    function identity(name: string): PodIdentity {
      return { uid: `uid-${name}`, namespace: 'default', name };
    }

    async function startPod(pod: PodIdentity, changes: Parameters<typeof freshSpec>[2] = {}): Promise<string> {
      await runtime.createSandbox({
        pod,
        hostname: pod.name,
        network: under.network,
        hostPorts: [],
        hostIPC: false,
        hostPID: false,
        sysctls: {},
        memoryVolumes: [],
        gracePeriodSeconds: 7,
        annotations: {},
      });
      const { sandboxes } = await runtime.observe(pod);
      return runtime.startContainer(freshSpec(pod, sandboxes[0]?.id ?? '', changes));
    }

    function phase(pod: PodIdentity, wanted: ContainerPhase['phase']): Promise<PodState> {
      return under.eventually(async () => {
        const state = await runtime.observe(pod);
        return state.containers[0]?.status.phase === wanted ? state : undefined;
      });
    }

    test('a pod that it never had is empty', async () => {
      expect(await runtime.observe(identity('none'))).toEqual({ pod: identity('none'), sandboxes: [], containers: [] });
    });

    test('a sandbox has an address, a container joins it, and both are found again', async () => {
      const pod = identity('found');
      const id = await startPod(pod);
      const state = await phase(pod, 'running');
      expect(state.sandboxes[0]).toMatchObject({ ready: true, gracePeriodSeconds: 7 });
      expect(state.sandboxes[0]?.address).toMatch(new RegExp(`^${under.addresses.replaceAll('.', '\\.')}`));
      expect(state.containers[0]).toMatchObject({
        id,
        name: 'app',
        restartCount: 0,
        specHash: 'hash',
        sandboxId: state.sandboxes[0]?.id,
        image: 'berth/hello:1',
      });
      expect((await runtime.list()).find((found) => found.pod.uid === pod.uid)).toEqual(state);
    });

    test('a container that is asked to end, ends; asked again, nothing happens', async () => {
      const pod = identity('asked');
      const id = await startPod(pod);
      await phase(pod, 'running');
      await runtime.terminateContainer(id);
      const { containers } = await phase(pod, 'exited');
      expect(containers[0]?.status).toMatchObject({ phase: 'exited', oomKilled: false });
      await runtime.terminateContainer(id);
      await runtime.killContainer(id);
    });

    test('a container that is killed has ended with 137', async () => {
      const pod = identity('killed');
      const id = await startPod(pod);
      await phase(pod, 'running');
      await runtime.killContainer(id);
      const { containers } = await phase(pod, 'exited');
      expect(containers[0]?.status).toMatchObject({ exitCode: 137 });
    });

    test('what runs is measured, and what does not is not', async () => {
      const pod = identity('measured');
      const id = await startPod(pod);
      const { sandboxes } = await phase(pod, 'running');
      for (const each of [id, sandboxes[0]!.id]) {
        const usage = await runtime.usage(each);
        expect(usage?.cpuNanoseconds).toBeGreaterThanOrEqual(0);
        expect(usage?.memory.workingSetBytes).toBeLessThanOrEqual(usage?.memory.usageBytes ?? -1);
      }
      await runtime.killContainer(id);
      await phase(pod, 'exited');
      expect(await runtime.usage(id)).toBeUndefined();
      expect(await runtime.usage('none')).toBeUndefined();
    });

    test('instances come newest first', async () => {
      const pod = identity('several');
      const first = await startPod(pod);
      await phase(pod, 'running');
      await runtime.killContainer(first);
      const { sandboxes } = await phase(pod, 'exited');
      const second = await runtime.startContainer(freshSpec(pod, sandboxes[0]?.id ?? '', { restartCount: 1 }));
      const { containers } = await phase(pod, 'running');
      expect(containers.map(({ id }) => id)).toEqual([second, first]);
    });

    test('changes are told of', async () => {
      const pod = identity('told');
      const stop = new AbortController();
      const changes = await runtime.watch(stop.signal);
      const seen = (async () => {
        for await (const uid of changes) if (uid === pod.uid) return uid;
        return undefined;
      })();
      await startPod(pod);
      expect(await seen).toBe(pod.uid);
      stop.abort();
    });

    test('a watch ends when it is stopped', async () => {
      const stop = new AbortController();
      const changes = await runtime.watch(stop.signal);
      const ended = (async () => {
        for await (const _uid of changes);
        return true;
      })();
      stop.abort();
      expect(await ended).toBe(true);
    });

    test('a stopped sandbox is not ready, and a removed one is gone with everything', async () => {
      const pod = identity('removed');
      const id = await startPod(pod);
      const { sandboxes } = await phase(pod, 'running');
      const sandbox = sandboxes[0]?.id ?? '';
      await runtime.killContainer(id);
      await runtime.stopSandbox(sandbox);
      await runtime.stopSandbox(sandbox);
      const stopped = await runtime.observe(pod);
      expect(stopped.sandboxes[0]?.ready).toBe(false);
      expect(stopped.sandboxes[0]).not.toHaveProperty('address');
      await runtime.removeContainer(id);
      await runtime.removeContainer(id);
      await runtime.removeSandbox(sandbox);
      await runtime.removeSandbox(sandbox);
      expect(await runtime.observe(pod)).toMatchObject({ sandboxes: [], containers: [] });
    });

    test('a log that is followed ends with its container', async () => {
      const pod = identity('followed');
      const id = await startPod(pod);
      await phase(pod, 'running');
      const ended = (async () => {
        for await (const _chunk of runtime.logs(id, { follow: true, timestamps: false }, new AbortController().signal));
        return true;
      })();
      await runtime.killContainer(id);
      expect(await ended).toBe(true);
    });

    test('a log that is followed ends when its reader goes', async () => {
      const pod = identity('left');
      const id = await startPod(pod);
      await phase(pod, 'running');
      const stop = new AbortController();
      const ended = (async () => {
        for await (const _chunk of runtime.logs(id, { follow: true, timestamps: false }, stop.signal));
        return true;
      })();
      stop.abort();
      expect(await ended).toBe(true);
    });

    test('a command that runs has output and an exit code', async () => {
      const pod = identity('exec');
      const id = await startPod(pod);
      await phase(pod, 'running');
      const session = await runtime.exec(id, { command: ['echo', 'hello'], stdin: false, tty: false });
      let text = '';
      for await (const { data } of session.output) text += Buffer.from(data).toString();
      expect(text).not.toBe('');
      expect(await session.exitCode).toBe(0);
      session.close();
    });

    test('who attaches to a container can leave it', async () => {
      const pod = identity('attached');
      const id = await startPod(pod);
      await phase(pod, 'running');
      const session = await runtime.attach(id, { stdin: false, tty: false });
      session.close();
      expect(await session.exitCode).toBe(0);
      expect((await phase(pod, 'running')).containers[0]?.id).toBe(id);
      await runtime.killContainer(id);
      await phase(pod, 'exited');
    });

    test('an image is here or is not', async () => {
      expect((await runtime.image('berth/hello:1'))?.names).toContain('berth/hello:1');
      expect(await runtime.image('localhost:9/berth/missing:1')).toBeUndefined();
      await expect(
        runtime.pull('localhost:9/berth/missing:1', { signal: new AbortController().signal }),
      ).rejects.toThrow();
    });
  });
}

// Owns `activeDeadlineSeconds`: a pod that may not run any longer is ended, and stays as failed. Pure.
import type { Pod } from '@berth/objects';
import type { Desired, Failure } from './decide.ts';

const failure: Failure = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

/** When the pod's time is over; undefined: never. */
export function deadlineOf(pod: Pod, startTime: number): number | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  return seconds === undefined ? undefined : startTime + seconds * 1000;
}

/** What is desired once the deadline is taken into account. */
export function withinDeadline(desired: Desired, startTime: number, now: number): Desired {
  if (desired.state !== 'run') return desired;
  const { pod } = desired;
  const deadline = deadlineOf(pod, startTime);
  if (deadline === undefined || deadline > now || pod.status?.phase === 'Succeeded') return desired;
  return {
    state: 'end',
    pod,
    graceSeconds: pod.spec.terminationGracePeriodSeconds ?? 30,
    deleteObject: false,
    failure,
  };
}

// Owns which priority a pod has: that of the class it names, else of the cluster's default class. A pod keeps it, also
// when the class goes. Source: Kubernetes admission plugin Priority.
import { type Draft, forbiddenError, type Pod, type PriorityClass, pods, priorityClasses } from '@berth/objects';
import { type AdmissionPlugin, type AdmissionRequest, writeOf } from './plugin.ts';

export interface PriorityOptions {
  /** The class as it is now; undefined if there is none. */
  classNamed(name: string): Promise<PriorityClass | undefined>;
  /** As the server knows them. */
  classes(): Iterable<PriorityClass>;
  /** Resolves when `classes` knows every acknowledged write. */
  fresh(): Promise<void>;
}

type Resolved = Pick<PriorityClass, 'value' | 'preemptionPolicy'>;

const withoutClass: Resolved = { value: 0, preemptionPolicy: 'PreemptLowerPriority' };

export function priority({ classNamed, classes, fresh }: PriorityOptions): AdmissionPlugin {
  async function resolve(request: AdmissionRequest, spec: Draft<Pod>['spec']): Promise<Resolved> {
    if (!spec.priorityClassName) {
      const found = defaultOf(classes());
      if (found) spec.priorityClassName = found.metadata.name;
      return found ?? withoutClass;
    }
    const found = await classNamed(spec.priorityClassName);
    if (found) return found;
    throw forbiddenError(pods, request.name, `no PriorityClass with name ${spec.priorityClassName} was found`);
  }

  return {
    name: 'Priority',
    async admit(request) {
      const write = writeOf(request, pods);
      if (!write) return;
      const { spec } = write.draft;
      if (write.old) {
        spec.priority ??= write.old.spec.priority;
        spec.preemptionPolicy ??= write.old.spec.preemptionPolicy;
        return;
      }
      const { value, preemptionPolicy = withoutClass.preemptionPolicy } = await resolve(request, spec);
      const problem =
        differs('integer value of priority', spec.priority, value) ??
        differs('string value of PreemptionPolicy', spec.preemptionPolicy, preemptionPolicy);
      if (problem) throw forbiddenError(pods, request.name, problem);
      spec.priority = value;
      spec.preemptionPolicy = preemptionPolicy;
    },
    async validate(request) {
      const { draft } = writeOf(request, priorityClasses) ?? {};
      if (!draft?.globalDefault) return;
      await fresh();
      const found = defaultOf(classes());
      if (found && found.metadata.name !== draft.metadata.name)
        throw forbiddenError(
          priorityClasses,
          request.name,
          `PriorityClass ${found.metadata.name} is already marked as global default. Only one default can exist`,
        );
    },
  };
}

/** Of several, which only two servers at once can make, the lowest. */
function defaultOf(classes: Iterable<PriorityClass>): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const one of classes) if (one.globalDefault && one.value < (lowest?.value ?? Infinity)) lowest = one;
  return lowest;
}

function differs(what: string, given: number | string | undefined, computed: number | string | undefined) {
  if (given === undefined || given === computed) return undefined;
  return `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
}

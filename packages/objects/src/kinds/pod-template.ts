// Owns what a person can know about PodTemplate beyond the API facts.
import type { PodTemplate } from '../api/types.ts';
import { podTemplates } from '../resource.ts';
import { validatePodTemplate } from '../validation/pod-spec.ts';
import { columnOf, formatLabels, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';
import { setPodSpecDefaults } from './pod-defaults.ts';

export const podTemplateKind: Kind<PodTemplate> = {
  resource: podTemplates,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  setDefaults({ template }) {
    if (template?.spec) setPodSpecDefaults(template.spec);
  },
  prepareForCreate(draft) {
    draft.metadata.generation = 1;
  },
  validate: ({ template = {} }) => validatePodTemplate('template', template),
  columns: [
    nameColumn,
    columnOf('Containers', 'Names of each container in the template.', (object) => containersOf(object, 'name')),
    columnOf('Images', 'Images referenced by each container in the template.', (object) =>
      containersOf(object, 'image'),
    ),
    columnOf('Pod Labels', 'The labels of the pods.', ({ template }) => formatLabels(template?.metadata?.labels)),
  ],
  podTemplate: ({ template }) => template,
  fieldSelectors: {},
};

function containersOf({ template }: PodTemplate, field: 'name' | 'image'): string {
  return (template?.spec?.containers ?? []).map((container) => container[field]).join(',');
}

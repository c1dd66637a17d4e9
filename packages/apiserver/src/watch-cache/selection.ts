// Owns what a list or a watch asks for: a namespace, a label selector and a field selector, parsed once.
import {
  type FieldSelector,
  type Kind,
  type KubeObject,
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
} from '@berth/objects';

/** The one value of one field that every selected object has. */
export interface Route {
  readonly field: string;
  readonly value: string;
}

export interface SelectionRequest {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export class Selection<T extends KubeObject = KubeObject> {
  /** Of what it selects. */
  readonly kind: Kind<T>;
  readonly namespace: string | undefined;
  /** The only name that can match, if the field selector demands one. */
  readonly name: string | undefined;
  /** Where an index may look instead of trying every object. */
  readonly route: Route | undefined;
  /** No selectors: within the namespace all objects match. */
  readonly everything: boolean;
  readonly #labels: Selector | undefined;
  readonly #fields: FieldSelector | undefined;

  /** Throws BadRequest if a selector cannot be parsed. */
  constructor(kind: Kind<T>, request: SelectionRequest) {
    this.kind = kind;
    const labels = request.labelSelector ? parseLabelSelector(request.labelSelector) : undefined;
    const fields = request.fieldSelector
      ? parseFieldSelector(request.fieldSelector, kind as unknown as Kind)
      : undefined;
    this.#labels = labels?.matchesAll ? undefined : labels;
    this.#fields = fields?.matchesAll ? undefined : fields;
    this.namespace = request.namespace || undefined;
    this.name = this.#fields?.required('metadata.name');
    this.everything = !this.#labels && !this.#fields;
    const demanded = this.#fields?.requirements.find(({ equal }) => equal);
    if (this.name !== undefined) this.route = { field: 'metadata.name', value: this.name };
    // The index is over the stored objects, which have other fields than those of a view.
    else if (demanded && !kind.view) this.route = { field: demanded.field, value: demanded.value };
    else if (this.namespace) this.route = { field: 'metadata.namespace', value: this.namespace };
  }

  matches(object: T): boolean {
    if (this.namespace !== undefined && object.metadata.namespace !== this.namespace) return false;
    if (this.#labels && !this.#labels.matches(object.metadata.labels)) return false;
    return !this.#fields || this.#fields.matches(object);
  }
}

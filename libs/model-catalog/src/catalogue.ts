import { shutDownSuccessor } from './lifecycle.js';
import type { Alias, CatalogueData, CatalogueModel, MediaModel } from './model-schema.js';
import { isMediaModel } from './model-schema.js';
import type { Workflow } from './workflow.js';

/** A model and, if it was asked for by another name, that alias. */
export interface FoundModel {
  readonly model: CatalogueModel;
  readonly alias?: Alias;
}

/** The model that really serves an id, and a sentence for every step from the id to it. */
export interface ServingModel {
  readonly model: CatalogueModel;
  readonly notes: readonly string[];
}

/** The models of a workflow by their part in it. */
export interface WorkflowModels {
  readonly primary: MediaModel;
  /** In the order in which they are tried. */
  readonly fallbacks: readonly MediaModel[];
  readonly speed?: MediaModel;
  readonly quality?: MediaModel;
  /** Chosen only when a caller names them or their provider. */
  readonly available: readonly MediaModel[];
}

/** A model of a workflow that an operator may choose in another's place, and its part in the workflow. */
export interface Peer {
  readonly model: MediaModel;
  /** Models with the same word do the work about as well. */
  readonly peers: string;
  readonly variant: MediaModel['workflows'][number]['variant'];
  readonly order: number;
}

/** The checked, frozen model catalogue. */
export class Catalogue {
  readonly models: readonly CatalogueModel[];
  readonly aliases: readonly Alias[];
  readonly #models: ReadonlyMap<string, CatalogueModel>;
  readonly #aliases: ReadonlyMap<string, Alias>;

  /** Data that checkCatalogue has nothing against. */
  constructor(data: CatalogueData) {
    this.models = data.models;
    this.aliases = data.aliases;
    this.#models = new Map(data.models.map((model) => [model.id, model]));
    this.#aliases = new Map(data.aliases.map((alias) => [alias.id, alias]));
  }

  /** The models that make images or videos. */
  get mediaModels(): readonly MediaModel[] {
    return this.models.filter(isMediaModel);
  }

  /** Finds a model by its id or an alias, whatever its lifecycle. */
  find(id: string): FoundModel | undefined {
    const alias = this.#aliases.get(id);
    const model = this.#models.get(alias?.aliasOf ?? id);
    if (!model) return undefined;
    return alias ? { model, alias } : { model };
  }

  /** Finds the model that serves `id` at `now`, following the alias and the successors of dead models. */
  resolve(id: string, now: Date): ServingModel | undefined {
    const found = this.find(id);
    if (!found) return undefined;
    const notes = found.alias ? [`${id} is an alias of ${found.model.id}.`] : [];
    let { model } = found;
    for (let next = shutDownSuccessor(model, now); next !== undefined; next = shutDownSuccessor(model, now)) {
      const successor = this.#models.get(next);
      if (!successor) return undefined;
      const date = model.lifecycle.status === 'active' ? '' : model.lifecycle.shutdownDate;
      notes.push(`${model.id} was shut down on ${date}; ${successor.id} serves in its place.`);
      model = successor;
    }
    return { model, notes };
  }

  /** The models of a workflow between which an operator may choose, in catalogue order. */
  peersOf(workflow: Workflow): readonly Peer[] {
    return this.mediaModels.flatMap((model) =>
      model.workflows.flatMap(({ workflow: name, peers, variant, order }) =>
        name === workflow && peers !== undefined ? [{ model, peers, variant, order }] : [],
      ),
    );
  }

  /** The models of a workflow, whatever their lifecycle. */
  forWorkflow(workflow: Workflow): WorkflowModels {
    const placed = this.mediaModels.flatMap((model) =>
      model.workflows.filter((place) => place.workflow === workflow).map((place) => ({ model, place })),
    );
    const of = (variant: (typeof placed)[number]['place']['variant']) =>
      placed
        .filter(({ place }) => place.variant === variant)
        .toSorted((one, other) => one.place.order - other.place.order)
        .map(({ model }) => model);
    const [primary] = of('primary');
    // checkCatalogue has seen to it that every workflow has one.
    if (!primary) throw new TypeError(`No primary model for ${workflow}`);
    return {
      primary,
      fallbacks: of('fallback'),
      speed: of('speed')[0],
      quality: of('quality')[0],
      available: of('available'),
    };
  }
}

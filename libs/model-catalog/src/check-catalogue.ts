import { checkModel } from './check-model.js';
import type { CatalogueData, MediaModel } from './model-schema.js';
import { isMediaModel } from './model-schema.js';
import { WORKFLOW_NAMES, WORKFLOWS } from './workflow.js';

/** What the shape of the data can't tell: one line for every contradiction, naming the model. */
export function checkCatalogue(data: CatalogueData): string[] {
  const ids = new Set(data.models.map(({ id }) => id));
  const names = [...data.models, ...data.aliases].map(({ id }) => id);
  const media = data.models.filter(isMediaModel);
  return [
    ...names.filter((id, at) => names.indexOf(id) !== at).map((id) => `${id}: the id is used twice`),
    ...data.aliases
      .filter(({ aliasOf }) => !ids.has(aliasOf))
      .map(({ id, aliasOf }) => `${id}: alias_of ${aliasOf} does not exist`),
    ...checkSuccessors(data),
    ...checkWorkflows(media),
    ...media.flatMap((model) => checkModel(model).map((problem) => `${model.id}: ${problem}`)),
  ];
}

function checkSuccessors(data: CatalogueData): string[] {
  const models = new Map(data.models.map((model) => [model.id, model]));
  return data.models.flatMap(({ id, kind, lifecycle }) => {
    if (lifecycle.status === 'active') return [];
    const successor = models.get(lifecycle.successor);
    if (!successor) return [`${id}: successor ${lifecycle.successor} does not exist`];
    // A dead model's successor is alive, so a chain of successors always ends.
    if (successor.lifecycle.status !== 'active') return [`${id}: successor ${successor.id} is not active`];
    return (kind === 'llm') === (successor.kind === 'llm')
      ? []
      : [`${id}: successor ${successor.id} is of another kind`];
  });
}

function checkWorkflows(models: readonly MediaModel[]): string[] {
  return WORKFLOW_NAMES.flatMap((workflow) => {
    const places = models.flatMap((model) =>
      model.workflows.filter((place) => place.workflow === workflow).map((place) => ({ ...place, model })),
    );
    const of = (variant: string) => places.filter((place) => place.variant === variant);
    const orders = of('fallback').map(({ order }) => order);
    return [
      ...(of('primary').length === 1 ? [] : [`${workflow}: has ${of('primary').length} primary models, needs one`]),
      ...(new Set(orders).size === orders.length ? [] : [`${workflow}: two fallbacks have the same order`]),
      ...(of('speed').length > 1 || of('quality').length > 1
        ? [`${workflow}: more than one speed or quality model`]
        : []),
      ...places.flatMap(({ model, variant }) => [
        ...(model.output.media === WORKFLOWS[workflow].media
          ? []
          : [`${model.id}: makes no ${WORKFLOWS[workflow].media} for ${workflow}`]),
        ...(model.lifecycle.status === 'shut_down'
          ? [`${model.id}: is shut down and still ${variant} of ${workflow}`]
          : []),
        ...(WORKFLOWS[workflow].needsImage && model.limits.inputImages.max === 0
          ? [`${model.id}: takes no image, which ${workflow} needs`]
          : []),
        ...(!WORKFLOWS[workflow].needsImage && model.limits.inputImages.min > 0
          ? [`${model.id}: needs an image, which ${workflow} may lack`]
          : []),
      ]),
    ];
  });
}

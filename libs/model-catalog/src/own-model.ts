import { Catalogue } from './catalogue.js';
import { isMediaModel, type MediaModel } from './model-schema.js';

/**
 * The catalogue with a model that an operator's own server offers under `id`. It is in use whatever became of a model of that
 * name elsewhere. A name that is not in the catalogue is taken for a model like the dearest one of its provider, so that
 * never too little is set aside for it. A name of another provider's model stays that model.
 */
export function withOwnModel(catalogue: Catalogue, id: string, provider: MediaModel['provider']): Catalogue {
  const known = catalogue.find(id)?.model;
  const like = known ?? dearest(catalogue, provider);
  if (!like || !isMediaModel(like) || like.provider !== provider) return catalogue;
  const own: MediaModel = {
    ...like,
    id,
    ...(known ? {} : { title: id, workflows: [] }),
    lifecycle: { status: 'active' },
    notes: `Served by this installation's own server.`,
  };
  return new Catalogue({
    aliases: catalogue.aliases.filter((alias) => alias.id !== id),
    models: [...catalogue.models.filter((model) => model.id !== id), own],
  });
}

function dearest(catalogue: Catalogue, provider: MediaModel['provider']): MediaModel | undefined {
  const price = ({ price: of }: MediaModel): number => (of.unit === 'image' ? of.amountMicros : 0);
  const [first] = catalogue.mediaModels
    .filter((model) => model.provider === provider)
    .toSorted((one, other) => price(other) - price(one));
  return first;
}

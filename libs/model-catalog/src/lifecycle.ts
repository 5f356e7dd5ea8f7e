import type { CatalogueModel } from './model-schema.js';

/** The model that takes over once `model` is shut down (by its status, or because its date has come), else undefined. */
export function shutDownSuccessor(model: CatalogueModel, now: Date): string | undefined {
  const { lifecycle } = model;
  if (lifecycle.status === 'active') return undefined;
  const over = lifecycle.status === 'shut_down' || Date.parse(lifecycle.shutdownDate) <= now.getTime();
  return over ? lifecycle.successor : undefined;
}

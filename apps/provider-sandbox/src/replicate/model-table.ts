import { createHash } from 'node:crypto';
import { fluxModels } from './models/flux-models.js';
import { kontextModels } from './models/kontext-models.js';
import { stableDiffusionModels } from './models/stable-diffusion-models.js';
import { videoModels } from './models/video-models.js';
import type { SandboxModel } from './sandbox-model.js';

const MODELS = [...fluxModels, ...kontextModels, ...videoModels, ...stableDiffusionModels];
const BY_ID = new Map(MODELS.map((model) => [model.id, model]));
const BY_VERSION = new Map(MODELS.map((model) => [versionOf(model), model]));

/** The model `owner/name`, if the sandbox has it. */
export function findModel(id: string): SandboxModel | undefined {
  return BY_ID.get(id);
}

/** The model behind a version identifier in one of Replicate's three forms; by bare name only official ones run. */
export function findByVersion(identifier: string): SandboxModel | undefined {
  const { id, version } = /^(?:(?<id>[\w.-]+\/[\w.-]+):)?(?<version>[0-9a-f]{64})$/.exec(identifier)?.groups ?? {};
  if (version !== undefined) return id === undefined ? BY_VERSION.get(version) : BY_ID.get(id);
  const model = BY_ID.get(identifier);
  return model?.isOfficial ? model : undefined;
}

/** The published version, or one derived from the name where none is known. */
export function versionOf(model: SandboxModel): string {
  return model.version ?? createHash('sha256').update(model.id).digest('hex');
}

import {
  type PresetAssignment,
  type ResolvePlanContextResponse,
  ResolvePlanContextRequest,
} from '@atelier/contracts/presets/v1';
import type { CallContext } from '@atelier/grpc';
import type { Backends } from '../backends.js';
import type { AssetLinks } from '../files/asset-links.js';
import type { UsedPreset } from '../generations/generation-planner.js';
import { type GenerationParameters, fromWireParameters } from '../http/generation-parameters.js';
import type { PreferenceCache } from '../preferences/preference-cache.js';
import { type CallerPreferences, fromWirePreferences } from './caller-preferences.js';
import { findMentions, maxMentions } from './mentions.js';
import type { PlannedReference, PlanRequest } from './plan.js';
import { referenceRoles, rolesOf } from './reference-roles.js';
import { outageOf } from './service-outage.js';

/** What is known beside the prompt. */
export interface PlanContext {
  /** With what each is for. */
  readonly references: readonly PlannedReference[];
  /** Tags that stand for nothing, or for a picture that is gone. */
  readonly missingReferences: readonly string[];
  readonly workingImages: readonly string[];
  readonly preset:
    | { readonly template: string; readonly parameters: GenerationParameters; readonly used: UsedPreset }
    | undefined;
  /** Undefined when they could not be read. */
  readonly preferences: CallerPreferences | undefined;
  readonly warnings: readonly string[];
}

/** What it is read from. */
export interface PlanContextParts {
  readonly backends: Pick<Backends, 'presets' | 'assets'>;
  readonly preferences: Pick<PreferenceCache, 'peek' | 'find' | 'get' | 'reading'>;
  readonly links: Pick<AssetLinks, 'assetIdOf' | 'linkTo'>;
  readonly nowMs: () => number;
}

/** Part of the time that a plan may take; without its references a plan is still a plan. */
const budgetMs = 2_000;
/** How long a presets service that did not answer is not asked for preferences again, when nothing else is needed of it. */
const restMs = 5_000;

/** Reads what a plan needs beside its prompt. */
export class PlanContexts {
  #restUntilMs = 0;

  constructor(private readonly parts: PlanContextParts) {}

  /**
   * References, session, preset and preferences of a request, in one call; none for the many requests that name nothing and
   * whose caller's preferences are known. An unknown preset is the caller's mistake; a presets service that is down is not,
   * and never fails the plan.
   */
  async read(request: PlanRequest, userId: string, context: CallContext): Promise<PlanContext> {
    const mentions = findMentions(request.prompt, maxMentions + 1);
    const tags = mentions.slice(0, maxMentions);
    const tooMany = mentions.length > maxMentions ? [`Only the first ${maxMentions} references were looked up.`] : [];
    const { workingImages } = request;
    // A picture that came along wins over the session's.
    const sessionId = workingImages.length === 0 ? (request.sessionId ?? '') : '';
    const presetId = request.presetId ?? '';
    const namesNothing = tags.length === 0 && sessionId === '' && presetId === '';
    const known = this.parts.preferences.peek(userId);
    if (namesNothing && known) return { ...nothing, workingImages, preferences: known };
    try {
      if (namesNothing) return { ...nothing, workingImages, preferences: await this.#preferencesOf(userId, context) };
      const wanted = { tags, sessionId, presetId };
      const { found, preferences } = await this.#resolve(wanted, known, userId, context);
      const references = await this.#stillThere(request, found, context);
      const sessionImage = found.session?.workingImageUrl;
      return {
        references: references.there,
        missingReferences: [...found.missingTags, ...references.gone],
        workingImages: sessionImage ? [sessionImage] : workingImages,
        preset: presetOf(found),
        preferences,
        warnings: [...tooMany, ...references.gone.map((tag) => `The picture of @${tag} is gone.`)],
      };
    } catch (error) {
      outageOf(error);
      const lost = [
        tags.length > 0 && 'references',
        sessionId && 'the session',
        presetId && 'the preset',
        !known && 'your preferences',
      ].filter(Boolean);
      return {
        ...nothing,
        workingImages,
        missingReferences: tags,
        preferences: known,
        warnings: [...tooMany, `Planned without ${lost.join(', ')}: they could not be read.`],
      };
    }
  }

  /** Preferences alone; many plans of one user ask once. */
  async #preferencesOf(userId: string, context: CallContext): Promise<CallerPreferences> {
    const { backends, preferences, nowMs } = this.parts;
    if (nowMs() < this.#restUntilMs) throw new RestingError();
    // Others may wait for it: it does not end with the one request that began it.
    const { requestId, traceparent, identity, identityToken, canaryBucket, canary } = context;
    const shared: CallContext = {
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(identity ? { identity } : {}),
      ...(identityToken ? { identityToken } : {}),
      ...(canaryBucket ? { canaryBucket } : {}),
      ...(canary ? { canary } : {}),
    };
    try {
      return await preferences.get(userId, async () => {
        const request = ResolvePlanContextRequest.create({ withPreferences: true });
        const found = await backends.presets.resolvePlanContext(request, { context: shared, timeoutMs: budgetMs });
        return fromWirePreferences(found.preferences);
      });
    } catch (error) {
      this.#restUntilMs = nowMs() + restMs;
      throw error;
    }
  }

  async #resolve(
    wanted: { tags: string[]; sessionId: string; presetId: string },
    peeked: CallerPreferences | undefined,
    userId: string,
    context: CallContext,
  ): Promise<{ found: ResolvePlanContextResponse; preferences: CallerPreferences }> {
    const { backends, preferences } = this.parts;
    const known = peeked ?? (await preferences.find(userId));
    const keep = known ? undefined : await preferences.reading(userId);
    const request = ResolvePlanContextRequest.create({ ...wanted, withPreferences: !known });
    const found = await backends.presets.resolvePlanContext(request, { context, timeoutMs: budgetMs });
    this.#restUntilMs = 0;
    if (known) return { found, preferences: known };
    const read = fromWirePreferences(found.preferences);
    keep?.(read);
    return { found, preferences: read };
  }

  /** The references with what they are for; those whose own file was deleted are gone. All files are looked up at once. */
  async #stillThere(
    { prompt, referenceRoles: requested }: PlanRequest,
    found: ResolvePlanContextResponse,
    context: CallContext,
  ): Promise<{ there: PlannedReference[]; gone: string[] }> {
    const { backends, links } = this.parts;
    const named = found.references.map(({ tag, name, imageUrl, role, thumbnailKey }) => ({
      tag,
      name: name || tag,
      imageUrl,
      thumbnailKey,
      role: referenceRoles.find((one) => one === role),
    }));
    const roles = rolesOf(prompt, named, requested);
    const references = named.map((reference, index): PlannedReference => ({ ...reference, role: roles[index] }));
    const assetIds = references.flatMap(({ imageUrl }) => links.assetIdOf(imageUrl) ?? []);
    if (assetIds.length === 0) return { there: references, gone: [] };
    try {
      const { assets } = await backends.assets.batchGetAssets({ assetIds }, { context, timeoutMs: budgetMs });
      const keys = new Map(assets.map(({ assetId, storageKey }) => [assetId, storageKey]));
      const isGone = ({ imageUrl }: PlannedReference): boolean => {
        const assetId = links.assetIdOf(imageUrl);
        return assetId !== undefined && !keys.has(assetId);
      };
      return {
        there: references
          .filter((reference) => !isGone(reference))
          .map((reference) => {
            const key = keys.get(links.assetIdOf(reference.imageUrl) ?? '');
            return key === undefined ? reference : { ...reference, link: links.linkTo(key) };
          }),
        gone: references.filter(isGone).map(({ tag }) => tag),
      };
    } catch {
      // Whoever runs the plan will find out.
      return { there: references, gone: [] };
    }
  }
}

/** Presets did not answer a moment ago. */
class RestingError extends Error {
  override readonly name = 'RestingError';
}

function presetOf({ preset, presetAssignment }: ResolvePlanContextResponse): PlanContext['preset'] {
  return (
    preset && {
      template: preset.promptTemplate,
      parameters: {
        ...fromWireParameters(preset.parameters),
        ...(preset.negativePrompt ? { negative_prompt: preset.negativePrompt } : {}),
      },
      used: {
        presetId: preset.presetId,
        version: preset.version,
        experiment: experimentOf(presetAssignment),
      },
    }
  );
}

function experimentOf(assignment: PresetAssignment | undefined): UsedPreset['experiment'] {
  return assignment && { id: assignment.experimentId, variant: assignment.variant === 'b' ? 'b' : 'a' };
}

const nothing: PlanContext = {
  references: [],
  missingReferences: [],
  workingImages: [],
  preset: undefined,
  preferences: undefined,
  warnings: [],
};

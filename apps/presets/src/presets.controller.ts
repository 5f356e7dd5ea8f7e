import { Controller } from '@nestjs/common';
import {
  ApplyPresetResponse,
  AutocompleteSuggestionsResponse,
  CreatePresetResponse,
  DeletePresetResponse,
  DeleteReferenceResponse,
  ForgetSessionResultResponse,
  GetPresetResponse,
  GetSessionResponse,
  ListPresetsResponse,
  ListReferencesResponse,
  ListSuggestionsResponse,
  PresetsServiceControllerMethods,
  PutReferenceResponse,
  RecordSessionResultResponse,
  ResolvePlanContextResponse,
  UpdatePresetResponse,
  type ApplyPresetRequest,
  type AutocompleteSuggestionsRequest,
  type CreatePresetRequest,
  type DeletePresetRequest,
  type DeleteReferenceRequest,
  type ForgetSessionResultRequest,
  type GetPresetRequest,
  type GetSessionRequest,
  type ListPresetsRequest,
  type ListReferencesRequest,
  type ListSuggestionsRequest,
  type PresetsServiceController,
  type PutReferenceRequest,
  type RecordSessionResultRequest,
  type ResolvePlanContextRequest,
  type UpdatePresetRequest,
} from '@atelier/contracts/presets/v1';
import { currentCall, grpcErrors } from '@atelier/grpc';
import { isAdmin } from '@atelier/identity';
import { Presets } from './domain/presets.js';
import { References } from './domain/references.js';
import { ResolvePlanContext } from './domain/resolve-plan-context.js';
import { type Recorder, Sessions } from './domain/sessions.js';
import { Suggestions } from './domain/suggestions.js';
import { fromWirePreset, toWirePreset } from './wire-preset.js';
import { fromWireEntry, toWireSession } from './wire-session.js';

/** Wire side of presets, suggestions, references and sessions. Everything is looked up as the caller of the running call. */
@Controller()
@PresetsServiceControllerMethods()
export class PresetsController implements PresetsServiceController {
  constructor(
    private readonly planContext: ResolvePlanContext,
    private readonly presets: Presets,
    private readonly suggestions: Suggestions,
    private readonly references: References,
    private readonly sessions: Sessions,
  ) {}

  async resolvePlanContext(request: ResolvePlanContextRequest): Promise<ResolvePlanContextResponse> {
    const { references, missingTags, session, preset } = await this.planContext.resolve(caller(), request);
    return ResolvePlanContextResponse.create({
      references: [...references],
      missingTags: [...missingTags],
      session: session && toWireSession(session),
      preset: preset && toWirePreset(preset),
    });
  }

  async listPresets(request: ListPresetsRequest): Promise<ListPresetsResponse> {
    const presets = await this.presets.list(caller(), request);
    return ListPresetsResponse.create({ presets: presets.map(toWirePreset) });
  }

  async getPreset({ presetId }: GetPresetRequest): Promise<GetPresetResponse> {
    return GetPresetResponse.create({ preset: toWirePreset(await this.presets.get(caller(), presetId)) });
  }

  async createPreset({ preset }: CreatePresetRequest): Promise<CreatePresetResponse> {
    const created = await this.presets.create(caller(), ...fromWirePreset(preset));
    return CreatePresetResponse.create({ preset: toWirePreset(created) });
  }

  async updatePreset({ preset }: UpdatePresetRequest): Promise<UpdatePresetResponse> {
    const updated = await this.presets.update(caller(), ...fromWirePreset(preset));
    return UpdatePresetResponse.create({ preset: toWirePreset(updated) });
  }

  async deletePreset({ presetId }: DeletePresetRequest): Promise<DeletePresetResponse> {
    await this.presets.delete(caller(), presetId);
    return DeletePresetResponse.create();
  }

  async applyPreset({ presetId, userPrompt }: ApplyPresetRequest): Promise<ApplyPresetResponse> {
    const { preset, enhancedPrompt } = await this.presets.apply(caller(), presetId, userPrompt);
    return ApplyPresetResponse.create({ preset: toWirePreset(preset), enhancedPrompt });
  }

  autocompleteSuggestions({ query, limit }: AutocompleteSuggestionsRequest): AutocompleteSuggestionsResponse {
    return AutocompleteSuggestionsResponse.create({ suggestions: this.suggestions.autocomplete(query, limit) });
  }

  listSuggestions({ category }: ListSuggestionsRequest): ListSuggestionsResponse {
    return ListSuggestionsResponse.create({ suggestions: [...this.suggestions.list(category)] });
  }

  async listReferences({ pageSize, pageToken }: ListReferencesRequest): Promise<ListReferencesResponse> {
    const { references, nextPageToken } = await this.references.list(caller().userId, pageSize, pageToken);
    return ListReferencesResponse.create({ references: [...references], nextPageToken });
  }

  async putReference({ reference, createOnly }: PutReferenceRequest): Promise<PutReferenceResponse> {
    const { tag = '', name = '', imageUrl = '' } = reference ?? {};
    const stored = await this.references.put(caller().userId, { tag, name, imageUrl }, createOnly);
    return PutReferenceResponse.create({ reference: stored });
  }

  async deleteReference({ tag }: DeleteReferenceRequest): Promise<DeleteReferenceResponse> {
    await this.references.delete(caller().userId, tag);
    return DeleteReferenceResponse.create();
  }

  async getSession({ sessionId }: GetSessionRequest): Promise<GetSessionResponse> {
    return GetSessionResponse.create({ session: toWireSession(await this.sessions.get(caller().userId, sessionId)) });
  }

  async recordSessionResult(request: RecordSessionResultRequest): Promise<RecordSessionResultResponse> {
    const { sessionId, entry, ownerId } = request;
    const session = await this.sessions.record(caller(), ownerId, sessionId, fromWireEntry(entry));
    return RecordSessionResultResponse.create({ session: toWireSession(session) });
  }

  async forgetSessionResult(request: ForgetSessionResultRequest): Promise<ForgetSessionResultResponse> {
    await this.sessions.forget(caller(), request.ownerId, request.sessionId, request.generationId);
    return ForgetSessionResultResponse.create();
  }
}

/** Who is calling. A service is known by its name and its scope: a user id alone does not prove it. */
function caller(): Recorder {
  const identity = currentCall()?.identity;
  if (!identity) throw grpcErrors.IDENTITY_REQUIRED();
  const service = identity.userId.startsWith('system:') && identity.scopes.includes('act_as');
  return { userId: identity.userId, admin: isAdmin(identity), service };
}

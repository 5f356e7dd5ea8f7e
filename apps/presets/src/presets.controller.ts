import { Controller } from '@nestjs/common';
import {
  ApplyPresetResponse,
  CreatePresetResponse,
  DeletePresetResponse,
  DeleteReferenceResponse,
  ForgetSessionResultResponse,
  GetPresetResponse,
  GetSessionResponse,
  ListPresetsResponse,
  ListReferencesResponse,
  PresetsServiceControllerMethods,
  PutReferenceResponse,
  RecordSessionResultResponse,
  Reference,
  ResolvePlanContextResponse,
  UpdatePresetResponse,
  type ApplyPresetRequest,
  type CreatePresetRequest,
  type DeletePresetRequest,
  type DeleteReferenceRequest,
  type ForgetSessionResultRequest,
  type GetPresetRequest,
  type GetSessionRequest,
  type ListPresetsRequest,
  type ListReferencesRequest,
  type PresetsServiceController,
  type PutReferenceRequest,
  type RecordSessionResultRequest,
  type ResolvePlanContextRequest,
  type UpdatePresetRequest,
} from '@atelier/contracts/presets/v1';
import { currentCall } from '@atelier/grpc';
import { currentCaller as caller } from './current-caller.js';
import { Presets } from './domain/presets.js';
import { References } from './domain/references.js';
import { ResolvePlanContext } from './domain/resolve-plan-context.js';
import { Sessions } from './domain/sessions.js';
import { UsePreset } from './domain/use-preset.js';
import { toWireAssignment } from './wire-assignment.js';
import { toWirePreferences } from './wire-preferences.js';
import { fromWirePreset, toWirePreset } from './wire-preset.js';
import { fromWireEntry, toWireSession } from './wire-session.js';

/** Wire side of presets, references and sessions. Everything is looked up as the caller of the running call. */
@Controller()
@PresetsServiceControllerMethods()
export class PresetsController implements PresetsServiceController {
  constructor(
    private readonly planContext: ResolvePlanContext,
    private readonly presets: Presets,
    private readonly usePreset: UsePreset,
    private readonly references: References,
    private readonly sessions: Sessions,
  ) {}

  async resolvePlanContext(request: ResolvePlanContextRequest): Promise<ResolvePlanContextResponse> {
    const { references, missingTags, session, preset, presetAssignment, preferences } = await this.planContext.resolve(
      caller(),
      request,
    );
    return ResolvePlanContextResponse.create({
      references: [...references],
      missingTags: [...missingTags],
      session: session && toWireSession(session),
      preset: preset && toWirePreset(preset),
      presetAssignment: toWireAssignment(presetAssignment),
      preferences: preferences && toWirePreferences(preferences),
    });
  }

  async listPresets(request: ListPresetsRequest): Promise<ListPresetsResponse> {
    const { presets, total } = await this.presets.list(caller(), request);
    return ListPresetsResponse.create({ presets: presets.map(toWirePreset), total });
  }

  async getPreset({ presetId }: GetPresetRequest): Promise<GetPresetResponse> {
    return GetPresetResponse.create({ preset: toWirePreset(await this.presets.get(caller(), presetId)) });
  }

  async createPreset({ preset }: CreatePresetRequest): Promise<CreatePresetResponse> {
    const created = await this.presets.create(caller(), ...fromWirePreset(preset));
    return CreatePresetResponse.create({ preset: toWirePreset(created) });
  }

  async updatePreset({ preset, ifMatch }: UpdatePresetRequest): Promise<UpdatePresetResponse> {
    const updated = await this.presets.update(caller(), ...fromWirePreset(preset), ifMatch);
    return UpdatePresetResponse.create({ preset: toWirePreset(updated) });
  }

  async deletePreset({ presetId, ifMatch }: DeletePresetRequest): Promise<DeletePresetResponse> {
    await this.presets.delete(caller(), presetId, ifMatch);
    return DeletePresetResponse.create();
  }

  async applyPreset({ presetId, userPrompt }: ApplyPresetRequest): Promise<ApplyPresetResponse> {
    const requestId = currentCall()?.requestId ?? '';
    const applied = await this.usePreset.apply(caller(), presetId, userPrompt, requestId);
    return ApplyPresetResponse.create({
      preset: toWirePreset(applied.preset),
      enhancedPrompt: applied.enhancedPrompt,
      assignment: toWireAssignment(applied.assignment),
    });
  }

  async listReferences({ pageSize, pageToken }: ListReferencesRequest): Promise<ListReferencesResponse> {
    const { references, nextPageToken } = await this.references.list(caller().userId, pageSize, pageToken);
    return ListReferencesResponse.create({ references: [...references], nextPageToken });
  }

  async putReference({ reference, createOnly, keep }: PutReferenceRequest): Promise<PutReferenceResponse> {
    const { createTime: _ours, ...input } = reference ?? Reference.create();
    const { reference: stored, replacedThumbnail } = await this.references.put(caller().userId, input, {
      createOnly,
      keep,
    });
    return PutReferenceResponse.create({ reference: stored, replacedThumbnailKey: replacedThumbnail });
  }

  async deleteReference({ tag }: DeleteReferenceRequest): Promise<DeleteReferenceResponse> {
    const { thumbnailKey } = await this.references.delete(caller().userId, tag);
    return DeleteReferenceResponse.create({ thumbnailKey });
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

import { Body, Controller, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApplyPresetRequest,
  CreatePresetRequest,
  DeletePresetRequest,
  GetPresetRequest,
  ListPresetsRequest,
  Preset as WirePreset,
  UpdatePresetRequest,
} from '@atelier/contracts/presets/v1';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { findMarkup } from '../enhanced/markup.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { hasCurrent, ifMatchOf } from '../http/entity-tags.js';
import { callerOf } from '../http/request-call.js';
import { fromPreset, toPreset, toPresetParameters } from './preset-json.js';
import {
  AppliedPreset,
  ApplyPresetBody,
  CreatePresetBody,
  Preset,
  presetExample,
  PresetList,
  PresetParams,
  PresetsQuery,
  UpdatePresetBody,
} from './presets.schema.js';

const tag = 'presets';
const path = '/api/presets';
const listExample = { presets: [presetExample], total: 1 };
const bodyExample = {
  name: 'Rainy Street',
  category: 'image',
  prompt_template: '{prompt}, wet asphalt, neon reflections',
  parameters: { width: 1024, height: 768, cfg_scale: 7 },
  visibility: 'private',
};

/** Reusable looks: built in, own and shared ones. */
@Controller()
export class PresetsController {
  constructor(private readonly backends: Backends) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'List presets',
    description: 'Built-in presets first, then by name; at most 500, total says how many there are.',
    access: 'read',
    query: PresetsQuery,
    answer: { description: 'Every preset that the caller can use.', schema: PresetList, example: listExample },
  })
  async list(@Query() { category, owner, q }: PresetsQuery, @Req() request: FastifyRequest): Promise<PresetList> {
    const { presets, total } = await this.backends.presets.listPresets(
      ListPresetsRequest.create({ category: category ?? '', owner: owner ?? '', query: q }),
    );
    return { presets: presets.map((preset) => one(preset, request)), total };
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/:id`,
    tag,
    summary: 'Read a preset',
    description:
      'By its id or the token of a share link. `ETag` names what its owner wrote; counts of uses are no part of it. With ' +
      'it in If-None-Match the answer is 304 as long as nothing was changed.',
    access: 'read',
    params: PresetParams,
    headers: { 'if-none-match': 'Tags of what is known already.' },
    answer: { description: 'The preset, with its ETag.', schema: Preset, example: presetExample },
    problems: [404],
  })
  async read(@Param('id') presetId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { preset = WirePreset.create() } = await this.backends.presets.getPreset(
      GetPresetRequest.create({ presetId }),
    );
    reply.header('etag', preset.etag);
    if (hasCurrent(request.headers['if-none-match'], preset.etag)) return void reply.code(304).send();
    void reply.send(one(preset, request, presetId));
  }

  @Endpoint({
    method: 'POST',
    path,
    tag,
    summary: 'Make a preset',
    access: 'generate',
    body: CreatePresetBody,
    bodyExample: { id: 'rainy_street', ...bodyExample },
    status: 201,
    answer: { description: 'The new preset, with its ETag.', schema: Preset, example: presetExample },
    problems: [409, 422],
  })
  async create(
    @Body() { id, ...body }: CreatePresetBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Preset> {
    refuseMarkup(body);
    const { preset = WirePreset.create() } = await this.backends.presets.createPreset(
      CreatePresetRequest.create({ preset: fromPreset(id, body) }),
    );
    reply.header('etag', preset.etag).header('location', `${path}/${preset.presetId}`);
    return one(preset, request);
  }

  @Endpoint({
    method: 'PUT',
    path: `${path}/:id`,
    tag,
    summary: 'Replace an own preset',
    description:
      'The former version is kept. With If-Match it is only replaced as the writer knows it; without, the last write wins.',
    access: 'generate',
    params: PresetParams,
    body: UpdatePresetBody,
    bodyExample,
    headers: { 'if-match': 'ETag of what is replaced; 412 when it was changed meanwhile.' },
    answer: { description: 'The preset with its new version and ETag.', schema: Preset, example: presetExample },
    problems: [403, 404, 412, 422],
  })
  async update(
    @Param('id') presetId: string,
    @Body() { id = presetId, ...body }: UpdatePresetBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Preset> {
    if (id !== presetId) {
      const message = 'must be the id of the path: a preset keeps its id';
      throw gatewayErrors.INVALID_REQUEST({
        message: `The field id ${message}.`,
        violations: [{ field: 'id', message }],
      });
    }
    refuseMarkup(body);
    const { preset = WirePreset.create() } = await this.backends.presets.updatePreset(
      UpdatePresetRequest.create({
        preset: fromPreset(presetId, body),
        ifMatch: ifMatchOf(request.headers['if-match']),
      }),
    );
    reply.header('etag', preset.etag);
    return one(preset, request);
  }

  @Endpoint({
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Delete an own preset',
    access: 'generate',
    params: PresetParams,
    headers: { 'if-match': 'ETag of what is deleted; 412 when it was changed meanwhile.' },
    status: 204,
    answer: { description: 'The preset is gone, with its versions and its share link.' },
    problems: [403, 404, 412],
  })
  async delete(@Param('id') presetId: string, @Req() { headers }: FastifyRequest): Promise<void> {
    const ifMatch = ifMatchOf(headers['if-match']);
    await this.backends.presets.deletePreset(DeletePresetRequest.create({ presetId, ifMatch }));
  }

  @Endpoint({
    method: 'POST',
    path: `${path}/apply/:id`,
    tag,
    summary: 'Put a prompt into a preset',
    description: 'Counts as a use, once for a request id.',
    access: 'generate',
    params: PresetParams,
    body: ApplyPresetBody,
    bodyExample: { user_prompt: 'a woman at a window' },
    answer: {
      description: 'The finished prompt with what belongs to it; nothing is generated.',
      schema: AppliedPreset,
      example: {
        preset_id: 'cinematic_portrait',
        enhanced_prompt: 'a woman at a window, cinematic lighting, dramatic shadows, film grain',
        negative_prompt: 'amateur, overexposed',
        parameters: presetExample.parameters,
      },
    },
    problems: [404, 422],
  })
  async apply(@Param('id') presetId: string, @Body() { user_prompt }: ApplyPresetBody): Promise<AppliedPreset> {
    refuseMarkup({ user_prompt });
    const { preset = WirePreset.create(), enhancedPrompt } = await this.backends.presets.applyPreset(
      ApplyPresetRequest.create({ presetId, userPrompt: user_prompt }),
    );
    return {
      preset_id: presetId,
      enhanced_prompt: enhancedPrompt,
      negative_prompt: preset.negativePrompt,
      parameters: toPresetParameters(preset.parameters),
    };
  }
}

function one(preset: WirePreset, { call }: FastifyRequest, id?: string): Preset {
  return toPreset(preset, callerOf(call).identity.userId, id);
}

/** Everything here that becomes part of a prompt. @throws PROMPT_MARKUP_REFUSED with the field */
function refuseMarkup(prompts: {
  user_prompt?: string;
  prompt_template?: string;
  negative_prompt?: string | undefined;
}): void {
  for (const field of ['user_prompt', 'prompt_template', 'negative_prompt'] as const) {
    const found = findMarkup(prompts[field] ?? '');
    if (found) throw gatewayErrors.PROMPT_MARKUP_REFUSED({ violations: [{ field, message: `holds ${found}` }] });
  }
}

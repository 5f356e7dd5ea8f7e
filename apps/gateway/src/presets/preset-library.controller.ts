import { Body, Controller, Param, Query, Req } from '@nestjs/common';
import {
  EndPresetExperimentRequest,
  GetPresetExperimentRequest,
  ListPopularPresetsRequest,
  ListPresetVersionsRequest,
  Preset as WirePreset,
  PutPresetExperimentRequest,
  RevokePresetShareRequest,
  SharePresetRequest,
} from '@atelier/contracts/presets/v1';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page } from '../http/json.js';
import { callerOf } from '../http/request-call.js';
import { PageQuery } from '../http/schemas.js';
import { toPreset, toPresetExperiment, toPresetVersion } from './preset-json.js';
import {
  experimentExample,
  PopularPresetList,
  PopularQuery,
  PresetExperiment,
  PresetExperimentBody,
  PresetShare,
  PresetVersionPage,
  versionExample,
  windowDays,
} from './preset-library.schema.js';
import { presetExample, PresetParams } from './presets.schema.js';

const tag = 'presets';
const path = '/api/presets';
const shareExample = {
  preset_id: 'rainy_street',
  token: 'share.3q2-7wEjYvB6k0lXh9mPzR4tQd8uCs1nVfGaOiKxLyM',
  path: `${path}/share.3q2-7wEjYvB6k0lXh9mPzR4tQd8uCs1nVfGaOiKxLyM`,
  created_at: '2026-11-21T10:00:00.000Z',
};

/** What surrounds a preset: how often it is used, its versions, its share link, experiments. */
@Controller()
export class PresetLibraryController {
  constructor(private readonly backends: Backends) {}

  @Endpoint({
    method: 'GET',
    path: `${path}/popular`,
    tag,
    summary: 'The presets that are used most',
    description: 'A use is a preset that was applied or a generation that was accepted with it; plans do not count.',
    access: 'read',
    query: PopularQuery,
    answer: {
      description: 'Presets that were used and that the caller can see, most used first, then by id.',
      schema: PopularPresetList,
      example: { presets: [{ ...presetExample, uses: 12 }], total: 1 },
    },
  })
  async popular(
    @Query() { category, window, limit }: PopularQuery,
    @Req() { call }: FastifyRequest,
  ): Promise<PopularPresetList> {
    const { presets } = await this.backends.presetLibrary.listPopularPresets(
      ListPopularPresetsRequest.create({ category: category ?? '', limit, days: windowDays[window] }),
    );
    const { userId } = callerOf(call).identity;
    const found = presets.map(({ preset = WirePreset.create(), uses }) => ({ ...toPreset(preset, userId), uses }));
    return { presets: found, total: found.length };
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/:id/versions`,
    tag,
    summary: 'What a preset was before',
    description:
      'The current version, the 50 before it, and those that are being compared. PUT one of them to go back to it. ' +
      'Who is not the owner of a shared preset sees the versions that were shared.',
    access: 'read',
    params: PresetParams,
    query: PageQuery,
    answer: {
      description: 'Newest first.',
      schema: PresetVersionPage,
      example: { items: [versionExample], next_cursor: null },
    },
    problems: [404],
  })
  async versions(
    @Param('id') presetId: string,
    @Query() { limit, cursor }: z.output<typeof PageQuery>,
  ): Promise<PresetVersionPage> {
    const { versions, nextPageToken, currentVersion } = await this.backends.presetLibrary.listPresetVersions(
      ListPresetVersionsRequest.create({ presetId, pageSize: limit, pageToken: cursor ?? '' }),
    );
    return page(
      versions.map((version) => toPresetVersion(version, currentVersion)),
      nextPageToken,
    );
  }

  @Endpoint({
    method: 'POST',
    path: `${path}/:id/share`,
    tag,
    summary: 'Share an own preset by a link',
    description:
      'Whoever is signed in and has the token may read and use the preset. The same link until it is revoked.',
    access: 'generate',
    params: PresetParams,
    answer: { description: 'The link.', schema: PresetShare, example: shareExample },
    problems: [403, 404],
  })
  async share(@Param('id') presetId: string): Promise<PresetShare> {
    const { token, createTime } = await this.backends.presetLibrary.sharePreset(
      SharePresetRequest.create({ presetId }),
    );
    return { preset_id: presetId, token, path: `${path}/${token}`, created_at: iso(createTime) };
  }

  @Endpoint({
    method: 'DELETE',
    path: `${path}/:id/share`,
    tag,
    summary: 'Revoke the share link of an own preset',
    access: 'generate',
    params: PresetParams,
    status: 204,
    answer: { description: 'The token stands for nothing any more.' },
    problems: [403, 404],
  })
  async revoke(@Param('id') presetId: string): Promise<void> {
    await this.backends.presetLibrary.revokePresetShare(RevokePresetShareRequest.create({ presetId }));
  }

  @Endpoint({
    method: 'PUT',
    path: `${path}/:id/experiment`,
    tag,
    summary: 'Compare two versions of a preset',
    description:
      'Of an own preset; an administrator may compare versions of every preset. From now on every user of the preset gets ' +
      'one of the two, always the same. Other settings end the experiment that is under way and begin a new one.',
    access: 'generate',
    params: PresetParams,
    body: PresetExperimentBody,
    bodyExample: { version_a: 1, version_b: 2, share: 0.5 },
    answer: { description: 'The experiment that is under way.', schema: PresetExperiment, example: experimentExample },
    problems: [403, 404],
  })
  async putExperiment(@Param('id') presetId: string, @Body() body: PresetExperimentBody): Promise<PresetExperiment> {
    const { version_a: versionA, version_b: versionB, share } = body;
    const { experiment } = await this.backends.presetLibrary.putPresetExperiment(
      PutPresetExperimentRequest.create({ presetId, versionA, versionB, share }),
    );
    return toPresetExperiment(experiment);
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/:id/experiment`,
    tag,
    summary: 'Read the experiment of a preset',
    access: 'read',
    params: PresetParams,
    answer: { description: 'The experiment that is under way.', schema: PresetExperiment, example: experimentExample },
    problems: [403, 404],
  })
  async readExperiment(@Param('id') presetId: string): Promise<PresetExperiment> {
    const { experiment } = await this.backends.presetLibrary.getPresetExperiment(
      GetPresetExperimentRequest.create({ presetId }),
    );
    return toPresetExperiment(experiment);
  }

  @Endpoint({
    method: 'DELETE',
    path: `${path}/:id/experiment`,
    tag,
    summary: 'End the experiment of a preset',
    access: 'generate',
    params: PresetParams,
    status: 204,
    answer: { description: 'Everybody gets the current version again.' },
    problems: [403, 404],
  })
  async endExperiment(@Param('id') presetId: string): Promise<void> {
    await this.backends.presetLibrary.endPresetExperiment(EndPresetExperimentRequest.create({ presetId }));
  }
}

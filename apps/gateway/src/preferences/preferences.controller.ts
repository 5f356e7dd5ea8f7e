import { Body, Controller, Req, Res } from '@nestjs/common';
import {
  PutPreferencesRequest,
  Preferences as WirePreferences,
  ResetPreferencesRequest,
} from '@atelier/contracts/presets/v1';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { refuseMarkup } from '../enhanced/to-plan-request.js';
import { Endpoint } from '../http/endpoint.js';
import { hasCurrent, ifMatchOf } from '../http/entity-tags.js';
import { callerOf } from '../http/request-call.js';
import { PreferenceCache } from './preference-cache.js';
import { toPreferences, toWirePreferences } from './preferences-json.js';
import { Preferences, preferencesExample, PutPreferencesBody, putPreferencesExample } from './preferences.schema.js';

const tag = 'preferences';
const path = '/api/v1/preferences';

/** What the caller wishes for wherever a request and its preset say nothing. */
@Controller()
export class PreferencesController {
  constructor(
    private readonly backends: Backends,
    private readonly cache: PreferenceCache,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'Read your preferences',
    description: 'The defaults until you set some.',
    access: 'read',
    headers: { 'if-none-match': 'ETag that you have; 304 when it is still the current one.' },
    answer: { description: 'The preferences, with an ETag.', schema: Preferences, example: preferencesExample },
  })
  async read(
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Preferences | undefined> {
    const { preferences = WirePreferences.create() } = await this.backends.preferences.getPreferences({});
    reply.header('etag', preferences.etag);
    if (!hasCurrent(headers['if-none-match'], preferences.etag)) return toPreferences(preferences);
    reply.code(304);
    return undefined;
  }

  @Endpoint({
    method: 'PUT',
    path,
    tag,
    summary: 'Replace your preferences',
    description:
      'All of them at once: what is left out is no wish. They are wishes for plans and generations; what a request or its preset says wins, and what can’t be had is said in warnings.',
    access: 'generate',
    body: PutPreferencesBody,
    bodyExample: putPreferencesExample,
    headers: { 'if-match': 'ETag of what is replaced; 412 when it was changed meanwhile.' },
    answer: { description: 'As they are stored.', schema: Preferences, example: preferencesExample },
    problems: [412, 422],
  })
  async put(
    @Body() body: PutPreferencesBody,
    @Req() { call, headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Preferences> {
    refuseMarkup({ 'parameters.negative_prompt': body.parameters.negative_prompt });
    const ifMatch = ifMatchOf(headers['if-match']);
    const { preferences = WirePreferences.create() } = await this.backends.preferences.putPreferences(
      PutPreferencesRequest.create({ preferences: toWirePreferences(body), ifMatch }),
    );
    await this.cache.changed(callerOf(call).identity.userId);
    reply.header('etag', preferences.etag);
    return toPreferences(preferences);
  }

  @Endpoint({
    method: 'DELETE',
    path,
    tag,
    summary: 'Go back to the defaults',
    access: 'generate',
    headers: { 'if-match': 'ETag of what is reset; 412 when it was changed meanwhile.' },
    status: 204,
    answer: { description: 'The defaults hold.' },
    problems: [412],
  })
  async reset(@Req() { call, headers }: FastifyRequest): Promise<void> {
    const ifMatch = ifMatchOf(headers['if-match']);
    await this.backends.preferences.resetPreferences(ResetPreferencesRequest.create({ ifMatch }));
    await this.cache.changed(callerOf(call).identity.userId);
  }
}

import { Body, Controller, Param, Query } from '@nestjs/common';
import {
  DeleteSessionRequest,
  GetSessionRequest,
  ListSessionsRequest,
  Session as WireSession,
  SetWorkingImageRequest,
} from '@atelier/contracts/presets/v1';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page } from '../http/json.js';
import { ImageLinks } from '../references/image-links.js';
import { KeptImages } from '../references/kept-images.js';
import {
  Session,
  sessionExample,
  SessionPage,
  SessionParams,
  SessionsQuery,
  type SessionSummary,
  sessionSummaryExample,
  UpdateSessionBody,
} from './sessions.schema.js';

const tag = 'sessions';
const path = '/api/v1/sessions';
const one = `${path}/:id`;
const answer = { description: 'The session.', schema: Session, example: sessionExample };

/** Working sessions: what was finished in them, and what the next edit works on. */
@Controller()
export class SessionsController {
  constructor(
    private readonly backends: Backends,
    private readonly images: KeptImages,
    private readonly links: ImageLinks,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'List sessions',
    access: 'read',
    query: SessionsQuery,
    answer: {
      description: 'The caller’s own, the latest changed first, without their history.',
      schema: SessionPage,
      example: { items: [sessionSummaryExample], next_cursor: null },
    },
  })
  async list(@Query() { limit, cursor = '' }: SessionsQuery) {
    const { sessions, nextPageToken } = await this.backends.sessions.listSessions(
      ListSessionsRequest.create({ pageSize: limit, pageToken: cursor }),
    );
    const links = await this.links.linksTo(sessions.map(({ workingImageUrl }) => workingImageUrl));
    return page(
      sessions.map((session) => toSummary(session, links)),
      nextPageToken,
    );
  }

  @Endpoint({
    method: 'GET',
    path: one,
    tag,
    summary: 'Read a session',
    description: 'A session begins with its first finished generation; the id is the client’s own.',
    access: 'read',
    params: SessionParams,
    answer,
    problems: [404],
  })
  async read(@Param('id') sessionId: string): Promise<Session> {
    const { session } = await this.backends.presets.getSession(GetSessionRequest.create({ sessionId }));
    return this.#toJson(session);
  }

  @Endpoint({
    method: 'PATCH',
    path: one,
    tag,
    summary: 'Choose the working image',
    description:
      'Steps back to an earlier result (`generation_id`), works on another image (`working_image_url`), or on none (null). Holds until the next result of the session.',
    access: 'generate',
    params: SessionParams,
    body: UpdateSessionBody,
    bodyExample: { generation_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91' },
    answer,
    problems: [404, 422],
  })
  async update(
    @Param('id') sessionId: string,
    @Body() { working_image_url: image, generation_id: generationId }: UpdateSessionBody,
  ): Promise<Session> {
    const imageUrl = image ? await this.images.read(image, 'working_image_url') : undefined;
    const { session } = await this.backends.sessions.setWorkingImage(
      SetWorkingImageRequest.create({ sessionId, imageUrl, generationId }),
    );
    return this.#toJson(session);
  }

  @Endpoint({
    method: 'DELETE',
    path: one,
    tag,
    summary: 'Delete a session',
    description: 'Its history goes; the generations stay.',
    access: 'generate',
    params: SessionParams,
    status: 204,
    answer: { description: 'The session is gone.' },
    problems: [404],
  })
  async delete(@Param('id') sessionId: string): Promise<void> {
    await this.backends.sessions.deleteSession(DeleteSessionRequest.create({ sessionId }));
  }

  async #toJson(session: WireSession = WireSession.create()): Promise<Session> {
    const { workingImageUrl, history } = session;
    const links = await this.links.linksTo([workingImageUrl, ...history.map(({ imageUrl }) => imageUrl)]);
    return {
      ...toSummary(session, links),
      history: history.map((entry) => ({
        generation_id: entry.generationId,
        prompt: entry.prompt,
        image_url: links.get(entry.imageUrl) ?? null,
        content_type: entry.contentType || null,
        created_at: iso(entry.createTime),
      })),
    };
  }
}

function toSummary(session: WireSession, links: ReadonlyMap<string, string | null>): SessionSummary {
  return {
    id: session.sessionId,
    working_image_url: links.get(session.workingImageUrl) ?? null,
    last_generation_id: session.lastGenerationId || null,
    created_at: iso(session.createTime),
    updated_at: iso(session.updateTime),
  };
}

import { Controller, Param } from '@nestjs/common';
import { GetSessionRequest, Session as WireSession } from '@atelier/contracts/presets/v1';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { iso } from '../http/json.js';
import { ImageLinks } from '../references/image-links.js';
import { Session, sessionExample, SessionParams } from './sessions.schema.js';

/** Working sessions: what was finished in them, and what the next edit works on. */
@Controller()
export class SessionsController {
  constructor(
    private readonly backends: Backends,
    private readonly links: ImageLinks,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/sessions/:id',
    tag: 'sessions',
    summary: 'Read a session',
    description: 'A session begins with its first finished generation; the id is the client’s own.',
    access: 'read',
    params: SessionParams,
    answer: { description: 'The session.', schema: Session, example: sessionExample },
    problems: [404],
  })
  async read(@Param('id') sessionId: string): Promise<Session> {
    const { session = WireSession.create() } = await this.backends.presets.getSession(
      GetSessionRequest.create({ sessionId }),
    );
    const links = await this.#linksOf(session);
    const linkOf = (stored: string): string | null => links.get(stored) ?? null;
    return {
      id: session.sessionId,
      working_image_url: linkOf(session.workingImageUrl),
      last_generation_id: session.lastGenerationId || null,
      history: session.history.map((entry) => ({
        generation_id: entry.generationId,
        prompt: entry.prompt,
        image_url: linkOf(entry.imageUrl),
        content_type: entry.contentType || null,
        created_at: iso(entry.createTime),
      })),
    };
  }

  /** Each image once: the working image is one of the history. */
  async #linksOf({ workingImageUrl, history }: WireSession): Promise<Map<string, string | null>> {
    const images = new Set([workingImageUrl, ...history.map(({ imageUrl }) => imageUrl)]);
    return new Map(
      await Promise.all([...images].map(async (image) => [image, await this.links.linkTo(image)] as const)),
    );
  }
}

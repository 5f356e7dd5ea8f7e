import { Controller, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { Documentation, type PageFile } from './documentation.js';
import { markdownPage } from './markdown-page.js';

const tag = 'documentation';
const html = 'text/html; charset=utf-8';

/** What the gateway says about itself. */
@Controller()
export class DocumentationController {
  constructor(private readonly documentation: Documentation) {}

  @Endpoint({
    method: 'GET',
    path: '/openapi.json',
    tag,
    summary: 'This document',
    access: 'public',
    answer: { description: 'OpenAPI 3.1.', contentType: 'application/json' },
  })
  async document(@Res() reply: FastifyReply): Promise<void> {
    await reply.type('application/json; charset=utf-8').send(this.documentation.document());
  }

  @Endpoint({
    method: 'GET',
    path: '/docs',
    tag,
    summary: 'All endpoints, for people',
    access: 'public',
    answer: { description: 'A page.', contentType: 'text/html' },
  })
  async index(@Res() reply: FastifyReply): Promise<void> {
    await this.#send(reply, 'index.html');
  }

  @Endpoint({
    method: 'GET',
    path: '/docs/docs.js',
    tag,
    summary: 'Script of the page',
    access: 'public',
    answer: { description: 'A script.', contentType: 'text/javascript' },
  })
  async script(@Res() reply: FastifyReply): Promise<void> {
    await this.#send(reply, 'docs.js');
  }

  @Endpoint({
    method: 'GET',
    path: '/docs/style.css',
    tag,
    summary: 'Style of the page',
    access: 'public',
    answer: { description: 'A style sheet.', contentType: 'text/css' },
  })
  async style(@Res() reply: FastifyReply): Promise<void> {
    await this.#send(reply, 'style.css');
  }

  @Endpoint({
    method: 'GET',
    path: '/docs/errors/:code',
    tag,
    summary: 'About an error code',
    description: 'Where the `type` of every problem leads.',
    access: 'public',
    params: z.object({ code: z.string() }),
    answer: { description: 'A page.', contentType: 'text/html' },
  })
  async error(@Param('code') code: string, @Res() reply: FastifyReply): Promise<void> {
    const markdown = await this.documentation.errorPages.find(code);
    if (markdown === undefined) throw gatewayErrors.RESOURCE_NOT_FOUND();
    await reply.type(html).send(markdownPage(code, markdown));
  }

  async #send(reply: FastifyReply, name: PageFile): Promise<void> {
    const { contentType, text } = this.documentation.file(name);
    await reply.type(contentType).header('cache-control', 'no-cache').send(text);
  }
}

import { readFile } from 'node:fs/promises';
import type { RouteTable } from '../http/route-table.js';
import type { ErrorPages } from './error-pages.js';
import { openApiDocument } from './openapi-document.js';

/** Files of the documentation page; they stand beside the sources and the build alike. */
const page = {
  'index.html': 'text/html; charset=utf-8',
  'docs.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
} as const;
export type PageFile = keyof typeof page;

/** The OpenAPI document and the page that shows it, with nothing loaded from elsewhere. */
export class Documentation {
  #document: string | undefined;

  private constructor(
    private readonly routes: RouteTable,
    private readonly about: { version: string; serverUrl: string },
    private readonly files: ReadonlyMap<PageFile, string>,
    readonly errorPages: ErrorPages,
  ) {}

  static async load(
    routes: RouteTable,
    about: { version: string; serverUrl: string },
    errorPages: ErrorPages,
  ): Promise<Documentation> {
    const names = Object.keys(page) as PageFile[];
    const texts = await Promise.all(
      names.map(
        async (name) => [name, await readFile(new URL(`../../assets/docs/${name}`, import.meta.url), 'utf8')] as const,
      ),
    );
    return new Documentation(routes, about, new Map(texts), errorPages);
  }

  /** JSON text, made once all routes are known. */
  document(): string {
    return (this.#document ??= JSON.stringify(openApiDocument(this.routes.routes, this.about)));
  }

  file(name: PageFile): { contentType: string; text: string } {
    return { contentType: page[name], text: this.files.get(name) ?? '' };
  }
}

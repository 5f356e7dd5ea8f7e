import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { httpStatusOf } from '@atelier/errors';
import { grpcErrors } from '@atelier/grpc';
import { gatewayErrors } from '../gateway.errors.js';

/** Pages about error codes: the folder's, or those of the catalogues that the gateway knows itself. */
export class ErrorPages {
  constructor(private readonly docsDir: string | undefined) {}

  /** Markdown of a code's page; undefined for an unknown code. */
  async find(code: string): Promise<string | undefined> {
    if (!/^[A-Z][A-Z0-9_]{0,63}$/.test(code)) return undefined;
    if (this.docsDir) {
      const written = await readFile(join(this.docsDir, 'errors', `${code}.md`), 'utf8').catch(() => undefined);
      if (written !== undefined) return written;
    }
    return ownPage(code);
  }
}

function ownPage(code: string): string | undefined {
  for (const { domain, definitions } of [gatewayErrors, grpcErrors]) {
    const definition = Object.entries(definitions).find(([reason]) => reason === code)?.[1];
    if (!definition) continue;
    const { title, message, remedy } = definition;
    const status = 'httpStatus' in definition ? definition.httpStatus : httpStatusOf(definition.code);
    return `# ${title}\n\n| | |\n|---|---|\n| code | \`${code}\` |\n| HTTP status | ${status} |\n| gRPC status | ${definition.code} |\n| raised by | ${domain} |\n\n${message}\n\n**What to do:** ${remedy}\n`;
  }
  return undefined;
}

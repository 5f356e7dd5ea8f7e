import { gatewayErrors } from '../gateway.errors.js';

/** Matches whatever is there. */
const any = '*';
const mostTags = 100;

/** The tags of If-Match (RFC 9110, 13.1.1) as they stand there, `*` among them for any; empty without the header. */
export function ifMatchOf(header: string | string[] | undefined): string[] {
  return parse('If-Match', header);
}

/** True when If-None-Match (RFC 9110, 13.1.2) names the current tag: the client has what it asks for. */
export function hasCurrent(header: string | string[] | undefined, current: string): boolean {
  return parse('If-None-Match', header).some((tag) => tag === any || tag.replace(/^W\//, '') === current);
}

/** One element of the list, empty ones included, with what ends it. */
const element = /[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;

function parse(name: string, header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  const value = [header].flat().join(', ').trim();
  if (value === any) return [any];
  const tags: string[] = [];
  for (let at = 0; at < value.length && tags.length <= mostTags; at = element.lastIndex) {
    element.lastIndex = at;
    const found = element.exec(value);
    if (!found) throw malformed(name);
    if (found[1]) tags.push(found[1]);
  }
  if (tags.length === 0 || tags.length > mostTags) throw malformed(name);
  return tags;
}

function malformed(field: string) {
  const message = `must be * or 1 to ${mostTags} entity tags, each in double quotes`;
  return gatewayErrors.INVALID_REQUEST({
    message: `The header ${field} ${message}.`,
    violations: [{ field, message }],
  });
}

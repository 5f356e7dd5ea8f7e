/** A REST request as a command line. The key stays out of it: the shell puts in `$KEY`. */
export function asCurl(origin: string, path: string, body: unknown): string {
  return [
    `curl -X POST ${quoted(origin + path)}`,
    '-H "Authorization: Bearer $KEY"',
    "-H 'Content-Type: application/json'",
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

/** Single quotes, in which a shell reads nothing but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

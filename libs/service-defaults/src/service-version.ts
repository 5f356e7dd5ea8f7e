import { readFileSync } from 'node:fs';

/** Version of a deployable: SERVICE_VERSION, or the version in its package.json. `from` is the caller's `import.meta.url`. */
export function serviceVersion(from: string, configured: string): string {
  if (configured) return configured;
  const text = readFileSync(new URL('../package.json', from), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

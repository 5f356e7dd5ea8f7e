/** What a person needs to know after the start. */
export interface Started {
  readonly url: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Set at the first start only, when it was made. */
  readonly newAdminKey: string | undefined;
  /** File that keeps the key that was made at the first start; undefined when the operator brought an own identity. */
  readonly adminKeyFile: string | undefined;
  /** Providers that the sandbox stands in for. */
  readonly sandboxed: readonly string[];
  readonly milliseconds: number;
}

/** The lines printed once everything answers. */
export function announcement(started: Started): string {
  const { url, newAdminKey, sandboxed } = started;
  const lines = [
    '',
    `  Atelier is ready at ${url} (${(started.milliseconds / 1000).toFixed(1)} s)`,
    `  API                  ${url}/docs`,
    `  Data                 ${started.databaseUrl ? 'PostgreSQL and ' : ''}${started.dataDir}`,
  ];
  if (newAdminKey) {
    lines.push(
      `  Admin key            ${newAdminKey}`,
      `  Sign in              ${url}/#key=${newAdminKey}`,
      `                       The key is shown this once; it is kept in ${started.adminKeyFile}.`,
    );
  } else if (started.adminKeyFile) {
    lines.push(`  Admin key            in ${started.adminKeyFile}`);
  }
  if (sandboxed.length > 0) {
    lines.push(
      `  AI answers           from the built-in sandbox (${sandboxed.join(', ')}): drawn here, marked SANDBOX, nothing is bought.`,
      '                       Set REPLICATE_API_TOKEN, OPENAI_API_KEY or AI_API_KEY and AI_API_BASE for the real ones.',
    );
  }
  return `${lines.join('\n')}\n\n`;
}

const secretName = /secret|token|password|passwd|credential|authorization|cookie|private_?key|api_?key|signature/i;
/** Keys of ours and of providers, bearer credentials, JWTs, and the password in a URL. */
const secretText =
  /atl_[a-z0-9]{1,12}_[\w-]{8,}|\b(?:sk|pk|rk|r8|ghp|xox[abp])[-_][\w-]{8,}|\bbearer +[\w.~+/=-]{8,}|\beyJ[\w-]{4,}\.[\w-]+\.[\w-]+|(?<=:\/\/[^/\s:@]*:)[^/\s@]+(?=@)/gi;

const longestText = 500;
const mostEntries = 50;
const deepest = 5;
/** Longest JSON of one field of the log, in characters. */
const longestJson = 8_000;
const replaced = '[secret]';

/** A value as the log may keep it: without what is or looks like a secret, and of bounded size. */
export function withoutSecrets(value: unknown): unknown {
  const clean = cleaned(value, 0);
  return (JSON.stringify(clean) ?? '').length > longestJson ? { truncated: true } : clean;
}

/** Text of bounded length without what looks like a secret. */
export function textWithoutSecrets(text: string): string {
  const clean = text.slice(0, 10 * longestText).replace(secretText, replaced);
  return (clean.length > longestText ? `${clean.slice(0, longestText - 1)}…` : clean)
    .toWellFormed()
    .replaceAll('\0', ' ');
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textWithoutSecrets(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (depth >= deepest) return '[…]';
  if (Array.isArray(value)) return value.slice(0, mostEntries).map((entry) => cleaned(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .slice(0, mostEntries)
      .map(([name, entry]) => [textWithoutSecrets(name), secretName.test(name) ? replaced : cleaned(entry, depth + 1)]),
  );
}

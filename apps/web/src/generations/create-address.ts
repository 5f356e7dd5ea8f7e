/** The address of the Create page with these things filled in; nothing is started by it. */
export function createAddress(
  filled: Partial<Record<'prompt' | 'preset' | 'session' | 'image' | 'model' | 'seed', string>>,
): string {
  return `/?${new URLSearchParams(filled)}`;
}

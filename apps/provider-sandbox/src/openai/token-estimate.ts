/** A rough token count, four characters each: enough for usage numbers that are present and plausible. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** `50, 80, 100` as whole percents in order, each once; undefined when something else stands there. */
export function parsePercents(text: string): number[] | undefined {
  const parts = text
    .split(/[,;\s]+/)
    .map((part) => part.replace(/%$/, ''))
    .filter((part) => part !== '');
  const numbers = parts.map(Number);
  if (numbers.some((value) => !Number.isInteger(value) || value < 1 || value > 1_000)) return undefined;
  return [...new Set(numbers)].sort((one, other) => one - other);
}

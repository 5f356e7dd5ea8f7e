/** A run of words that both texts have, or only one of them. */
export interface DifferencePart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Longer texts are compared as wholes: the table below grows with the product of both. */
const mostWords = 1_200;

/** How one text becomes another, word by word (longest common subsequence). */
export function wordDifference(before: string, after: string): DifferencePart[] {
  const old = words(before);
  const next = words(after);
  if (old.length > mostWords || next.length > mostWords) {
    return join([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ]);
  }
  // common[i][j]: how many words old[i…] and next[j…] share in order.
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(next.length + 1));
  const shared = (row: number, column: number): number => common[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = next.length - 1; column >= 0; column -= 1) {
      const line = common[row];
      if (!line) continue;
      line[column] =
        old[row] === next[column]
          ? shared(row + 1, column + 1) + 1
          : Math.max(shared(row + 1, column), shared(row, column + 1));
    }
  }
  const parts: DifferencePart[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < next.length) {
    const [removed = '', added = ''] = [old[row], next[column]];
    if (row < old.length && column < next.length && removed === added) {
      parts.push({ kind: 'same', text: removed });
      row += 1;
      column += 1;
    } else if (row < old.length && (column === next.length || shared(row + 1, column) >= shared(row, column + 1))) {
      parts.push({ kind: 'removed', text: removed });
      row += 1;
    } else {
      parts.push({ kind: 'added', text: added });
      column += 1;
    }
  }
  return join(parts);
}

/** Words, spaces and signs: joined again they are the text. */
function words(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}\p{M}'’-]+|[^\s\p{L}\p{N}\p{M}]/gu) ?? [];
}

function join(parts: readonly DifferencePart[]): DifferencePart[] {
  return parts.reduce<DifferencePart[]>((joined, part) => {
    const last = joined.at(-1);
    if (part.text === '') return joined;
    if (last?.kind !== part.kind) return [...joined, part];
    return [...joined.slice(0, -1), { kind: part.kind, text: last.text + part.text }];
  }, []);
}

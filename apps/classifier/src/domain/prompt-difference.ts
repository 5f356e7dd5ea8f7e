import { type Word, wordsOf } from './prompt-words.js';
import { isTelling } from './telling-word.js';

const boundary = /[,.;:!?—–()，。；：！？、]/u;

/** The phrases that a new wording has and the original has not, in order. */
export function addedPhrases(original: string, rewritten: string): string[] {
  const words = wordsOf(rewritten);
  const isKept = keptWords(wordsOf(original), words);
  const phrases: string[] = [];
  let from = -1;
  words.forEach(({ to }, i) => {
    if (isKept[i]) return;
    if (from < 0) from = i;
    const next = words[i + 1];
    const goesOn = next !== undefined && !isKept[i + 1] && !boundary.test(rewritten.slice(to, next.from));
    if (goesOn) return;
    if (words.slice(from, i + 1).some(isAddition)) phrases.push(rewritten.slice(words[from]?.from, to));
    from = -1;
  });
  return phrases;
}

/** An article is none; one sign of a script without spaces may be. */
function isAddition({ folded }: Word): boolean {
  return isTelling(folded) || !/[a-z]/u.test(folded);
}

/** For each new word whether it belongs to a longest common subsequence of both. */
function keptWords(before: readonly Word[], after: readonly Word[]): boolean[] {
  const width = after.length + 1;
  const longest = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        before[i]?.folded === after[j]?.folded
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const kept = after.map(() => false);
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i]?.folded === after[j]?.folded) {
      kept[j] = true;
      i += 1;
      j += 1;
    } else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return kept;
}

const LONGEST_PERIOD = 4;
const MOST_TIMES = 2;
const glyphRun = /([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\p{Extended_Pictographic}])\1{2,}/gu;

/**
 * The prompt with words, phrases of up to four words, single Chinese or Japanese characters and emoji said at most twice
 * in a row. Four hundred times the same word means no more than twice, but would make the model sure of anything.
 */
export function withoutRepetition(prompt: string): string {
  const text = prompt.replace(glyphRun, '$1$1');
  // Words stand at the even places, what separates them at the odd ones.
  const parts = text.split(/(\s+)/);
  const words = parts.filter((_, at) => at % 2 === 0).map((word) => word.toLowerCase());
  const kept: string[] = [];
  let repeats = false;
  for (let at = 0; at < words.length;) {
    const { period, times } = repetitionAt(words, at);
    const saidTimes = Math.min(times, MOST_TIMES);
    kept.push(...parts.slice(2 * at, 2 * (at + period * saidTimes)));
    repeats ||= times > MOST_TIMES;
    at += period * times;
  }
  return repeats ? kept.join('').trim() : text;
}

/** How often the words from there on are said in a row: the shortest phrase that is said more than twice, or one word once. */
function repetitionAt(words: readonly string[], at: number): { period: number; times: number } {
  for (let period = 1; period <= LONGEST_PERIOD; period += 1) {
    let same = 0;
    while (at + period + same < words.length && words[at + same] === words[at + period + same]) same += 1;
    const times = 1 + Math.floor(same / period);
    if (times > MOST_TIMES) return { period, times };
  }
  return { period: 1, times: 1 };
}

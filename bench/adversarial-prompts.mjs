// Prompts made to be slow to read: each as long as the edge lets through, and some longer.

const longest = 2_000;

/** Repeats what the function makes until the prompt has `length` characters. */
function filled(make, length = longest) {
  const parts = [];
  let size = 0;
  for (let at = 0; size < length; at += 1) {
    const part = make(at);
    parts.push(part);
    size += [...part].length;
  }
  return [...parts.join('')].slice(0, length).join('');
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Another word for each number, in letters that spell nothing. */
const nonsense = (at, size) =>
  Array.from({ length: size }, (_, i) => letters[(at * 7 + i * 11 + ((at >> (i % 5)) & 3)) % 26]).join('');

/** Terms of a lexicon by tag, without the star of stems. */
function termsByTag(lexicon) {
  const found = new Map();
  for (const line of lexicon.split('\n')) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 1 || line.startsWith('KNOWN-WORDS')) continue;
    const tag = line.slice(0, colon).trim();
    const terms = line
      .slice(colon + 1)
      .split(',')
      .map((term) => term.trim().replace(/\*$/, ''))
      .filter((term) => term !== '');
    found.set(tag, [...(found.get(tag) ?? []), ...terms]);
  }
  return found;
}

const pick = (list, at) => list[at % list.length];

/** Name → prompt. @param lexicon text of the cue lexicon, whose own words are the hardest ones */
export function adversarialPrompts(lexicon) {
  const byTag = termsByTag(lexicon);
  const all = [...byTag.values()].flat();
  const words = all.filter((term) => /^[a-z]{7,20}$/.test(term));
  const firstWords = all.filter((term) => term.includes(' ')).map((term) => term.split(' ')[0]);
  const openings = [...new Set(firstWords)].sort(
    (a, b) => firstWords.filter((word) => word === b).length - firstWords.filter((word) => word === a).length,
  );
  const shortest = (tag) => [...(byTag.get(tag) ?? ['no'])].sort((a, b) => a.length - b.length);
  const glyphs = (tag) => (byTag.get(tag) ?? []).filter((term) => /^[\u3040-\u30ff\u3400-\u9fff]$/.test(term));
  const negation = pick(shortest('NEG'), 0);
  const glyphNegation = glyphs('NEG')[0] ?? '不';
  const prompts = {
    'one word': filled(() => 'word '),
    'one letter words': filled((at) => `${pick([...letters], at)} `),
    'one endless word': 'a'.repeat(longest),
    'endless distinct letters': filled((at) => nonsense(at, 26)),
    'words of 40 letters': filled((at) => `${nonsense(at, 40)} `),
    'nonsense of 4 letters': filled((at) => `${nonsense(at, 4)} `),
    'nonsense of 20 letters': filled((at) => `${nonsense(at, 20)} `),
    '10,000 tags': '@tag '.repeat(10_000),
    '400 distinct tags': filled((at) => `@t${at} `),
    'only at signs': '@'.repeat(longest),
    'tags with dashes': filled(() => '@a-'),
    'combining marks': `e${'\u0301'.repeat(longest - 1)}`,
    'marks of many kinds': filled((at) => `e${String.fromCharCode(0x0300 + (at % 112), 0x0316, 0x0327, 0x20d0)}`),
    'unfolded marks': filled(() => '\u0e01\u0e31\u0e49'),
    'Hangul syllables': filled((at) => String.fromCharCode(0xac00 + ((at * 588) % 11172))),
    'ligatures that grow': '\ufdfa'.repeat(longest),
    'full-width letters': filled((at) => String.fromCharCode(0xff21 + (at % 26))),
    Chinese: filled((at) => String.fromCharCode(0x4e00 + ((at * 37) % 8000))),
    'Chinese cues': filled((at) =>
      pick(
        [...byTag.values()].flat().filter((term) => /^[\u3400-\u9fff]+$/.test(term)),
        at,
      ),
    ),
    Japanese: filled((at) => pick(['背景を', '消して', 'ください', 'カメラが', '動画'], at)),
    'emoji families': filled(() => '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}'),
    'emoji flags': filled(() => '\u{1f1e9}\u{1f1ea}'),
    'skin tones': filled(() => '\u{1f44d}\u{1f3fd}'),
    'astral letters': filled((at) => String.fromCodePoint(0x1d400 + (at % 52))),
    'lone surrogates': '\ud800'.repeat(longest),
    'mathematical digits': filled((at) => String.fromCodePoint(0x1d7ce + (at % 10))),
    quotes: '"'.repeat(longest),
    'quotes of all kinds': filled((at) => pick([...'"“”«»「」『』'], at)),
    apostrophes: filled(() => " '"),
    'apostrophes before words': filled((at) => ` '${nonsense(at, 1)}`),
    'open quotes and words': filled((at) => (at === 0 ? " '" : `${nonsense(at, 8)}'`)),
    digits: '7'.repeat(longest),
    'single digits': filled((at) => `${at % 10} `),
    'decimal points': filled(() => '1.'),
    'numbers with units': filled((at) => `${at}px `),
    punctuation: filled((at) => pick([...'.,;:!?()[]{}|、。…—–'], at)),
    'few words and dots': `a${'.'.repeat(900)} b`,
    'few words and blanks': `a${' '.repeat(900)}, b`,
    'few words and commas': `a b${' ,'.repeat(450)} c`,
    'few words and marks': `a${'\u0301'.repeat(900)} b c`,
    'few words, quoted': `a ${'"b" '.repeat(3)}${'"'.repeat(900)} c`,
    'owners of pictures': filled((at) => pick(['my ', 'our ', 'this old ', 'mein '], at)),
    'line breaks': '\n'.repeat(longest - 1) + 'a',
    spaces: `a${' '.repeat(longest - 2)}a`,
    'no-break spaces': `a${'\u00a0'.repeat(longest - 2)}a`,
    'control characters': filled((at) => String.fromCharCode(1 + (at % 31))),
    'right-to-left overrides': filled(() => '\u202eabc\u202c'),
    'zero-width characters': `a${'\u200b'.repeat(longest - 1)}`,
    'tag characters': `a${'\u{e0041}'.repeat(longest - 1)}`,
    'Russian words': filled((at) => pick(['камера ', 'убери ', 'фон ', 'без ', 'звука '], at)),
    'Hindi words': filled((at) => pick(['बाल ', 'वीडियो ', 'बनाओ '], at)),
    'misspelt terms': filled((at) => {
      const word = pick(words, at * 31);
      return `${word.slice(0, 3)}${word[4]}${word[3]}${word.slice(5)} `;
    }),
    'terms with a letter lost': filled((at) => {
      const word = pick(words, at * 17);
      return `${word.slice(0, 4)}${word.slice(5)} `;
    }),
    'terms with a letter changed': filled((at) => {
      const word = pick(words, at * 13);
      return `${word.slice(0, 4)}q${word.slice(5)} `;
    }),
    'terms run together': filled((at) => pick(words, at * 7)),
    'stems with long endings': filled((at) => `${pick(words, at).slice(0, 4)}${nonsense(at, 30)} `),
    'openings of terms': filled((at) => `${pick(openings.slice(0, 40), at)} `),
    'one opening of terms': filled(() => `${openings[0]} `),
    'long openings of terms': filled(
      (at) => `${pick([...openings].sort((a, b) => b.length - a.length).slice(0, 20), at)} `,
    ),
    'openings and long words': filled((at) => (at % 2 ? `${nonsense(at, 38)} ` : `${openings[0]} `)),
    'terms of all tags': filled((at) => `${pick(all, at * 101)} `),
    negations: filled(() => `${negation} `),
    'Chinese negations': glyphNegation.repeat(longest),
    'negations and contrasts': filled((at) => `${at % 2 ? pick(shortest('CONTRAST'), 0) : negation} `),
    'keeping and cues': filled((at) => `${at % 2 ? pick(shortest('HAIR'), 0) : pick(shortest('KEEP'), 0)} `),
    'postposed negations': filled((at) => `${at % 2 ? pick(shortest('NEGPOST'), 0) : pick(shortest('SOUND'), 0)} `),
    'words to look up': filled((at) => pick(['on @lena ', 'on my wife ', 'put the ', 'met gala ', 'in a '], at)),
    'opening words': filled((at) => pick(['please ', 'put ', 'me, ', 'in ', 'the '], at)),
    'on and for': filled((at) => pick(['on ', 'for '], at)),
    'markup in part': filled(() => '<a '),
  };
  for (const tag of ['NEG', 'NEGPOST', 'KEEP', 'CONTRAST'])
    for (const glyph of glyphs(tag).slice(0, 3)) prompts[`${tag} glyph ${glyph}`] = glyph.repeat(longest);
  for (const [tag, terms] of byTag) {
    prompts[`cues of ${tag}`] = filled((at) => `${pick(terms, at)} `);
    prompts[`cues of ${tag}, all refused`] = filled((at) => (at % 2 ? `${pick(terms, at)} ` : `${negation} `));
  }
  return prompts;
}

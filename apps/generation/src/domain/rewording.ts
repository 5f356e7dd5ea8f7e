/** A kind of content that providers refuse, how a prompt shows it, and what to write instead. */
interface Rule {
  readonly words: RegExp;
  readonly suggestion: string;
}

const rules = {
  minors: {
    words:
      /\b(child(ren)?|kids?|minors?|under ?age|teen(s|ager|agers)?|toddlers?|bab(y|ies)|(school|little) ?(girl|boy)s?)\b/,
    suggestion: 'Show children only in everyday, fully clothed and safe situations, or show adults.',
  },
  sexual: {
    words:
      /\b(nud(e|es|ity)|naked|topless|nsfw|sex(y|ual|ually)?|erotic\w*|porn\w*|lingerie|seductive\w*|undress\w*|bikinis?|breasts?|genitals?|explicit)\b/,
    suggestion: 'Leave out nudity and sexual content: describe clothing, setting and mood.',
  },
  gore: {
    words:
      /\b(blood(y|ied)?|gore|gory|corpses?|dead bod(y|ies)|dismember\w*|decapitat\w*|behead\w*|mutilat\w*|tortur\w*|wounds?|injur\w*|kill(s|ed|ing|er)?|murder\w*|massacre\w*|stabb?\w*|execut(ed|ion)\w*|violen(t|ce)\w*)\b/,
    suggestion: 'Leave out blood, injuries and violence: show the tension before it, or the quiet after it.',
  },
  weapons: {
    words:
      /\b(guns?|rifles?|pistols?|weapons?|shoot(s|ing|er)?|bombs?|explosives?|grenades?|ammunition|kni(fe|ves)|machetes?|firearms?)\b/,
    suggestion: 'Leave out weapons, or replace them by neutral objects such as tools, flags or instruments.',
  },
  hate: {
    words: /\b(nazis?|hitler|swastikas?|ku klux|kkk|isis|terroris\w*|racis(t|m)|genocid\w*|slurs?|extremis\w*)\b/,
    suggestion: 'Leave out symbols and slogans of hate or extremism.',
  },
  selfHarm: {
    words: /\b(suicid\w*|self[- ]?harm\w*|cutting (myself|herself|himself)|anorexi\w*|overdos\w*|noose)\b/,
    suggestion:
      'Leave out self-harm: show rest, company or hope. If it is about you, talk to somebody you trust or a local helpline.',
  },
  drugs: {
    words: /\b(cocaine|heroin|meth(amphetamine)?|drug (use|deal\w*)|syringes?|crack pipe|ecstasy pills?)\b/,
    suggestion: 'Leave out drugs and their use.',
  },
  deception: {
    words:
      /\b(passports?|(id|identity) cards?|driver'?s licen[cs]es?|bank ?notes?|counterfeit\w*|fake (news|id|document)s?|deep ?fakes?|credit cards?)\b/,
    suggestion: 'Leave out official documents, money and anything that could be taken for real evidence.',
  },
  persons: {
    words:
      /\b(celebrit(y|ies)|president|prime minister|politicians?|pope|trump|biden|obama|putin|merkel|macron|musk|bezos|zuckerberg|taylor swift|beyonce|kardashians?|messi|ronaldo|einstein|madonna|elvis|marilyn monroe|michael jackson|brad pitt|angelina jolie|tom cruise|scarlett johansson|leonardo dicaprio|emma watson|rihanna|queen elizabeth|king charles)\b/,
    suggestion: 'Do not name a real person: describe somebody invented by age, clothing and expression.',
  },
  brands: {
    words:
      /\b(disney|pixar|marvel|star wars|harry potter|hogwarts|pokemon|pikachu|nintendo|super mario|mickey mouse|minnie mouse|elsa|batman|superman|spider-?man|iron man|hello kitty|barbie|lego|simpsons?|spongebob|shrek|darth vader|yoda|coca[- ]?cola|pepsi|nike|adidas|gucci|louis vuitton|apple logo|mcdonald'?s|starbucks|ferrari)\b/,
    suggestion: 'Do not name a brand or a protected character: describe its shapes, colours and material.',
  },
  artists: {
    words: /\b(in the style of|by (the )?artist)\b/,
    suggestion: 'Describe a style by period, technique and colours instead of naming a living artist.',
  },
} as const satisfies Record<string, Rule>;

const general = [
  'Describe the scene without violence, nudity, hate or real people.',
  'Replace names of persons and brands by a description.',
] as const;
const ofImages = 'It may be about an input image: try another one.';
const most = 4;

/** What could be changed about a refused prompt. */
export interface Rewording {
  /** Sentences of our own that never repeat the prompt's words. */
  readonly suggestions: readonly string[];
  /** No other model should be asked for this either. */
  readonly hopeless: boolean;
}

/** Looks for what safety systems refuse and says what to write instead. It is a guess: providers don't tell their reasons. */
export function rewordingOf(prompt: string, hasImages: boolean): Rewording {
  const text = prompt.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[’‘]/g, "'").toLowerCase();
  const found = Object.entries(rules).filter(([, { words }]) => words.test(text));
  const names = new Set(found.map(([name]) => name));
  // Children are a reason only together with something else.
  const told = found.filter(([name]) => name !== 'minors' || names.has('sexual') || names.has('gore'));
  const sentences: string[] = told.map(([, { suggestion }]) => suggestion);
  if (sentences.length === 0) sentences.push(...general);
  if (hasImages) sentences.push(ofImages);
  return { suggestions: sentences.slice(0, most), hopeless: names.has('minors') && names.has('sexual') };
}

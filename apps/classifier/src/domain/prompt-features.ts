import type { PromptReading } from './cue-lexicon.js';

/** What the decision table looks at in a prompt, apart from the images that came with it. */
export interface PromptFeatures {
  /** The user speaks of a picture that exists: "my photo", "this pic", "remove the …". */
  speaksOfImage: boolean;
  /** The user drops what is there: "new image", "ignore the upload". */
  startsOver: boolean;
  /** `refused` is no sound at all: "no music, just footsteps" says nothing certain. */
  sound: 'wanted' | 'refused' | 'unsaid';
}

const openingChange = new Set(['REMOVE', 'REPLACE', 'ADD', 'EDIT', 'MOVE', 'ENHANCE']);

// Normalised words: no accents, and й reads и. Up to three words may stand between: "my old holiday photos".
const owner =
  'my|our|this|these|mi|mis|nuestra|minhas?|meus?|nossa|ma|mon|mes|notre|mein|meine[mnrs]?|unser|unsere[mnrs]?|мо[ие]|мою|моеи|моем|наше|нашу|meri|mera|mere|hamari|i took|i scanned|i shot|i uploaded|i attached';
const picture =
  'photos?|pics?|pictures?|images?|selfies?|portraits?|headshots?|scans?|screenshots?|foto|fotos|imagen|imagem|retrato|diapo|\\p{L}*fotos?|\\p{L}*bild|tasveer|фото|снимок|фотографи\\p{L}+';
const ownPicture = new RegExp(`(?:^| )(?:${owner})(?: \\S+){0,3} (?:${picture})(?= |$)`, 'u');

export function promptFeatures({ tokens, cues }: PromptReading): PromptFeatures {
  const wanted = (tag: string): boolean => cues.some((cue) => cue.tag === tag && cue.modality === 'wanted');
  const longImageReference = cues.some(
    (cue) => cue.tag === 'IMGREF' && (cue.to - cue.from > 1 || tokens.kind[cue.from] === 'glyph'),
  );
  const opensWithChange = cues.some((cue) => cue.from < 3 && openingChange.has(cue.tag));
  const changesMe = wanted('ME') && (wanted('WEAR') || wanted('HAIR'));
  const soundWanted = wanted('SOUND');
  const soundRefused = wanted('MUTE') || cues.some((cue) => cue.tag === 'SOUND' && cue.modality === 'refused');
  const isExcepted = cues.some((cue) => cue.tag === 'CONTRAST');
  return {
    speaksOfImage:
      wanted('OWNIMG') || longImageReference || opensWithChange || changesMe || ownPicture.test(tokens.text),
    startsOver: wanted('NEWCUE'),
    sound: soundWanted ? 'wanted' : soundRefused && !isExcepted ? 'refused' : 'unsaid',
  };
}

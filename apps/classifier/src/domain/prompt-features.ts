import type { PromptReading } from './cue-lexicon.js';

/** What the decision table looks at in a prompt, apart from the images that came with it. */
export interface PromptFeatures {
  /** The user speaks of a picture that exists: "my photo", "this pic", "remove the …". */
  speaksOfImage: boolean;
  /** The user drops what is there: "new image", "ignore the upload". */
  startsOver: boolean;
  sound: 'wanted' | 'refused' | 'unsaid';
}

const openingChange = new Set(['REMOVE', 'REPLACE', 'ADD', 'EDIT', 'MOVE', 'ENHANCE']);

export function promptFeatures({ tokens, cues }: PromptReading): PromptFeatures {
  const wanted = (tag: string): boolean => cues.some((cue) => cue.tag === tag && cue.modality === 'wanted');
  const longImageReference = cues.some(
    (cue) => cue.tag === 'IMGREF' && (cue.to - cue.from > 1 || tokens.kind[cue.from] === 'glyph'),
  );
  const opensWithChange = cues.some((cue) => cue.from < 3 && openingChange.has(cue.tag));
  const changesMe = wanted('ME') && (wanted('WEAR') || wanted('HAIR'));
  const soundWanted = wanted('SOUND');
  const soundRefused = wanted('MUTE') || cues.some((cue) => cue.tag === 'SOUND' && cue.modality === 'refused');
  return {
    speaksOfImage: wanted('OWNIMG') || longImageReference || opensWithChange || changesMe,
    startsOver: wanted('NEWCUE'),
    sound: soundWanted ? 'wanted' : soundRefused ? 'refused' : 'unsaid',
  };
}

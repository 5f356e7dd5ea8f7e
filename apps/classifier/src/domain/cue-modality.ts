import type { Cue, Modality } from './cue.js';

const NEGATION_REACH = 6;
const POSTPOSED_REACH = 4;
const KEEP_REACH = 9;

/**
 * Spreads negations and "keep" over the cues in their reach, never past the end of the clause or a contrast word.
 * Each marker looks only at its neighbours, so that a prompt full of negations costs no more than another.
 * @param clause index of the clause of each token
 * @param cues in the order of the prompt
 */
export function markModality(clause: readonly number[], cues: readonly Cue[]): void {
  for (const [at, cue] of cues.entries()) {
    if (cue.tag === 'KEEP') spread(clause, cues, at, { modality: 'kept', reach: KEEP_REACH, step: 1 });
    else if (cue.tag === 'NEGPOST') spread(clause, cues, at, { modality: 'kept', reach: POSTPOSED_REACH, step: -1 });
    else if (cue.tag === 'NEG') spread(clause, cues, at, { modality: 'refused', reach: NEGATION_REACH, step: 1 });
  }
}

interface Spreading {
  modality: Modality;
  /** In tokens between the marker and the cue. */
  reach: number;
  /** 1 marks what follows, -1 what comes before. */
  step: 1 | -1;
}

function spread(clause: readonly number[], cues: readonly Cue[], at: number, { modality, reach, step }: Spreading) {
  const source = cues[at];
  if (!source) return;
  let contrastAt: number | undefined;
  for (let i = at + step; i >= 0 && i < cues.length; i += step) {
    const cue = cues[i];
    if (!cue) return;
    const distance = step === 1 ? cue.from - source.to : source.from - cue.to;
    if (distance >= reach) return;
    // The same words under another tag.
    if (distance < 0) continue;
    if (contrastAt !== undefined && contrastAt !== cue.from) return;
    if (cue.tag === 'CONTRAST') contrastAt = cue.from;
    if (!isMarker(cue.tag) && clause[source.from] === clause[cue.from]) cue.modality = modality;
  }
}

function isMarker(tag: string): boolean {
  return tag === 'NEG' || tag === 'NEGPOST' || tag === 'KEEP' || tag === 'CONTRAST';
}

import type { Cue } from './cue.js';
import { markModality } from './cue-modality.js';

const cue = (tag: string, from: number, to = from + 1): Cue => ({ tag, tagIndex: 0, modality: 'wanted', from, to });
const oneClause = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('markModality', () => {
  it('refuses what follows a negation, as far as it reaches', () => {
    const cues = [cue('NEG', 0), cue('SOUND', 1), cue('HAIR', 6), cue('VIDEO', 7)];
    markModality(oneClause(8), cues);
    expect(cues.map(({ modality }) => modality)).toEqual(['wanted', 'refused', 'refused', 'wanted']);
  });

  it('keeps what stands before a postposed one', () => {
    const cues = [cue('SOUND', 0), cue('HAIR', 2), cue('NEGPOST', 5)];
    markModality(oneClause(6), cues);
    expect(cues.map(({ modality }) => modality)).toEqual(['wanted', 'kept', 'wanted']);
  });

  it('stops at the end of the clause and at a contrast, which may itself be a cue', () => {
    const cues = [cue('KEEP', 0), cue('HAIR', 1), cue('CONTRAST', 2), cue('EDIT', 2), cue('ADD', 3)];
    markModality(oneClause(4), cues);
    expect(cues.map(({ modality }) => modality)).toEqual(['wanted', 'kept', 'wanted', 'kept', 'wanted']);
    const apart = [cue('NEG', 0), cue('SOUND', 1)];
    markModality([0, 1], apart);
    expect(apart[1]?.modality).toBe('wanted');
  });

  it('looks at as many neighbours for the thousandth negation as for the first', () => {
    const looks = (count: number): number => {
      let counted = 0;
      const cues = Array.from({ length: count }, (_, at): Cue => {
        const one = cue(at % 3 === 0 ? 'SOUND' : 'NEG', at);
        return {
          ...one,
          get from() {
            counted += 1;
            return one.from;
          },
        };
      });
      markModality(oneClause(count), cues);
      return counted;
    };
    expect(looks(2_000)).toBeLessThan(2.1 * looks(1_000));
    expect(looks(2_000)).toBeLessThan(2_000 * 10);
  });
});

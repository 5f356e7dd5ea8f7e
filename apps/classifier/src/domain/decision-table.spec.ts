import { readFileSync } from 'node:fs';
import { DecisionTable, DecisionTableError } from './decision-table.js';
import { workflows } from './intent.js';
import type { PromptFeatures } from './prompt-features.js';

const csv = readFileSync(new URL('../../data/decision-table.csv', import.meta.url), 'utf8');
const plain: PromptFeatures = { speaksOfImage: false, startsOver: false, sound: 'unsaid' };
const nothing = { workingImages: 0, uploadedImages: 0, references: [] };
const lines = csv.split('\n');
const header = lines.findIndex((line) => line.startsWith('speaks_of_image'));

describe('DecisionTable', () => {
  it('gives every combination of features, flags and workflow one outcome', () => {
    const table = DecisionTable.parse(csv);
    let cases = 0;
    for (const speaksOfImage of [true, false])
      for (const startsOver of [true, false])
        for (const sound of ['wanted', 'refused', 'unsaid'] as const)
          for (const flags of [0, 1, 2, 3, 4, 5, 6, 7])
            for (const workflow of workflows) {
              const context = {
                workingImages: flags & 1,
                uploadedImages: (flags & 2) >> 1,
                references: (flags & 4) > 0 ? ['x'] : [],
              };
              expect(workflows).toContain(
                table.decide(workflow, { speaksOfImage, startsOver, sound }, context).workflow,
              );
              cases += 1;
            }
    expect(cases).toBe(864);
  });

  it('turns an animation of nothing into a new video', () => {
    expect(DecisionTable.parse(csv).decide('image_to_video', plain, nothing).workflow).toBe('text_to_video');
  });

  it('keeps an edit of a picture that is not attached and asks for it', () => {
    const decision = DecisionTable.parse(csv).decide('image_editing', { ...plain, speaksOfImage: true }, nothing);
    expect(decision).toMatchObject({ workflow: 'image_editing', missingInputs: ['image'] });
  });

  it.each(lines.map((line, at) => [at, line] as const).filter(([at, line]) => at > header && line !== ''))(
    'refuses a table without line %i',
    (at) => {
      expect(() => DecisionTable.parse(lines.filter((_, i) => i !== at).join('\n'))).toThrow(
        /No row of the decision table matches/,
      );
    },
  );

  it('refuses two rows for one case, unknown words and missing columns', () => {
    expect(() => DecisionTable.parse(`${csv}any,any,any,yes,yes,yes,hair_styling,same,,\n`)).toThrow(/Two rows/);
    expect(() => DecisionTable.parse(csv.replace('wanted|unsaid', 'loud'))).toThrow(/sound cannot be "loud"/);
    expect(() => DecisionTable.parse(csv.replace(',text_to_video,,audio=off', ',silent_film,,'))).toThrow(
      /unknown outcome/,
    );
    expect(() => DecisionTable.parse(csv.replace('outcome,missing', 'result,missing'))).toThrow(DecisionTableError);
    expect(() => DecisionTable.parse('')).toThrow(DecisionTableError);
    expect(() => DecisionTable.parse('a,b\n"x')).toThrow(DecisionTableError);
  });
});

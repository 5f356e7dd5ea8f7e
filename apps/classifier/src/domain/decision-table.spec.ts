import { readFileSync } from 'node:fs';
import { workflowProperties } from '@atelier/model-catalog';
import fc from 'fast-check';
import { type Decision, DecisionTable, DecisionTableError, MAX_TABLE_BYTES } from './decision-table.js';
import { type IntentContext, type Workflow, workflows } from './intent.js';
import { parameterProblem } from './neutral-parameters.js';
import type { PromptFeatures } from './prompt-features.js';

const csv = readFileSync(new URL('../../data/decision-table.csv', import.meta.url), 'utf8');
const table = DecisionTable.parse(csv);
const plain: PromptFeatures = { speaksOfImage: false, startsOver: false, sound: 'unsaid' };
const nothing: IntentContext = { workingImages: 0, uploadedImages: 0, references: [] };
const lines = csv.trimEnd().split('\n');
const header = lines.findIndex((line) => line.startsWith('speaks_of_image'));
/** Index in `lines` of every row. */
const rows = [...lines.keys()].filter((at) => at > header && !lines[at]?.startsWith('#'));
const anyRow = fc.constantFrom(...rows);
const cellsOf = (at: number): string[] => lines[at]?.split(',') ?? [];
const withLine = (at: number, line: string): string => lines.with(at, line).join('\n');
const withCell = (at: number, cell: number, value: string): string =>
  withLine(at, cellsOf(at).with(cell, value).join(','));
const refusal = (text: string): string => {
  try {
    DecisionTable.parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(DecisionTableError);
    return (error as Error).message;
  }
  throw new Error('the table was accepted');
};

interface Case {
  workflow: Workflow;
  features: PromptFeatures;
  context: IntentContext;
}
const cases: Case[] = [true, false].flatMap((speaksOfImage) =>
  [true, false].flatMap((startsOver) =>
    (['wanted', 'refused', 'unsaid'] as const).flatMap((sound) =>
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((flags) =>
        workflows.map((workflow) => ({
          workflow,
          features: { speaksOfImage, startsOver, sound },
          context: {
            workingImages: flags & 1,
            uploadedImages: (flags & 2) >> 1,
            references: (flags & 4) > 0 ? ['x'] : [],
          },
        })),
      ),
    ),
  ),
);
const decide = ({ workflow, features, context }: Case): Decision => table.decide(workflow, features, context);
const hasImage = ({ context }: Case): boolean =>
  context.workingImages + context.uploadedImages + context.references.length > 0;

describe('the built-in decision table', () => {
  it('gives every combination of features, flags and workflow exactly one outcome', () => {
    expect(cases).toHaveLength(864);
    for (const one of cases) expect(workflows).toContain(decide(one).workflow);
    // That it is only one is the parser's promise: two rows for a case are refused, below.
  });

  it('needs each of its rows', () => {
    for (const at of rows) expect(refusal(lines.toSpliced(at, 1).join('\n'))).toMatch(/No row .* matches speaks_of/);
  });

  it('lets its own outcomes stand', () => {
    for (const one of cases) {
      const decision = decide(one);
      expect(decide({ ...one, workflow: decision.workflow })).toEqual({ ...decision, line: expect.any(Number) });
    }
  });

  it('asks for the image of every workflow that needs one and has none, and of no other', () => {
    for (const one of cases) {
      const { workflow, missingInputs } = decide(one);
      const lacks = workflowProperties(workflow).needsImage && !hasImage(one);
      expect(missingInputs).toEqual(lacks ? ['image'] : []);
    }
  });

  it('animates only what is there or spoken of, and nothing that is dropped', () => {
    for (const one of cases) {
      if (decide(one).workflow !== 'image_to_video') continue;
      expect(hasImage(one) || one.features.speaksOfImage).toBe(true);
      expect(one.features.startsOver).toBe(false);
    }
  });

  it('turns sound off in every video that shall be silent and is not of the kind with sound', () => {
    const silent: readonly string[] = ['text_to_video', 'image_to_video'];
    for (const one of cases) {
      const { workflow, parameters } = decide(one);
      const isOff = one.features.sound === 'refused' && silent.includes(workflow);
      expect(parameters).toEqual(isOff ? { audio: 'off' } : {});
    }
  });

  it('makes a new video of an animation of nothing, with sound where sound is asked for', () => {
    expect(table.decide('image_to_video', plain, nothing).workflow).toBe('text_to_video');
    expect(table.decide('image_to_video', { ...plain, sound: 'wanted' }, nothing).workflow).toBe('video_generation');
  });

  it('keeps an edit of a picture that is not attached and asks for it', () => {
    const decision = table.decide('image_editing', { ...plain, speaksOfImage: true }, nothing);
    expect(decision).toMatchObject({ workflow: 'image_editing', missingInputs: ['image'] });
  });
});

describe('DecisionTable', () => {
  it('has the same outcomes whatever the line ending, the quotes, the blanks, the order of rows and columns', () => {
    const same = (text: string): void => {
      const other = DecisionTable.parse(text);
      for (const one of cases) {
        const { workflow, missingInputs, parameters } = other.decide(one.workflow, one.features, one.context);
        expect(decide(one)).toMatchObject({ workflow, missingInputs, parameters });
      }
    };
    const cells = lines.filter((line) => !line.startsWith('#')).map((line) => line.split(','));
    same(`\ufeff${csv}`);
    same(lines.join('\r\n'));
    same(cells.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n'));
    same(cells.map((row) => row.map((cell) => ` ${cell} `).join(',')).join('\n\n'));
    same([cells[0] ?? [], ...cells.slice(1).toReversed()].map((row) => row.toReversed().join(',')).join('\n'));
  });

  it('names its version after its text', () => {
    expect(DecisionTable.parse(csv).version).toBe(table.version);
    expect(DecisionTable.parse(`${csv}# another\n`).version).not.toBe(table.version);
    expect(table.version).toMatch(/^[0-9a-f]{8}$/);
  });

  it('refuses a hole and names the case', () => {
    fc.assert(
      fc.property(anyRow, (at) => {
        const message = refusal(lines.toSpliced(at, 1).join('\n'));
        expect(message).toMatch(/^No row of the decision table matches speaks_of_image=\w+ .* workflow=\w+\.$/);
        const workflow = /workflow=(\w+)/.exec(message)?.[1];
        expect(cellsOf(at)[6]?.split('|')).toContain(workflow);
      }),
    );
  });

  it('refuses two rows for one case and names both lines', () => {
    fc.assert(
      fc.property(anyRow, anyRow, (at, to) => {
        const twice = lines.toSpliced(Math.max(at, to) + 1, 0, lines[at] ?? '');
        expect(refusal(twice.join('\n'))).toContain(`lines ${at + 1} and ${Math.max(at, to) + 2}.`);
      }),
    );
  });

  it('refuses an unknown word anywhere and names line and column', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}x$/);
    fc.assert(
      fc.property(anyRow, fc.nat(9), word, (at, cell, unknown) => {
        const message = refusal(withCell(at, cell, unknown));
        expect(message).toContain(`Line ${at + 1} of the decision table: `);
        expect(message).toContain(unknown);
      }),
    );
    expect(refusal(withCell(rows[0] ?? 0, 2, 'wanted|wanted'))).toContain('sound lists "wanted" twice');
    expect(refusal(withCell(rows[0] ?? 0, 2, ''))).toContain('sound cannot be ""');
  });

  it('refuses rows with cells too few or too many and names the line', () => {
    fc.assert(
      fc.property(anyRow, fc.constantFrom(-1, 1), (at, more) => {
        const cells = more > 0 ? [...cellsOf(at), ''] : cellsOf(at).slice(0, -1);
        expect(refusal(withLine(at, cells.join(',')))).toBe(
          `Line ${at + 1} of the decision table: ${10 + more} cells stand under 10 columns.`,
        );
      }),
    );
  });

  it('refuses columns that are missing, twice or unknown, and names them', () => {
    fc.assert(
      fc.property(fc.nat(9), (at) => {
        const names = cellsOf(header);
        const name = names[at] ?? '';
        const without = lines.map((line) => (line.startsWith('#') ? line : line.split(',').toSpliced(at, 1).join(',')));
        expect(refusal(without.join('\n'))).toBe(`The decision table lacks the columns: ${name}.`);
        expect(refusal(withLine(header, [...names, name].join(',')))).toContain(`columns twice: ${name}.`);
        expect(refusal(withLine(header, [...names, 'weather'].join(',')))).toContain('mean nothing: weather.');
      }),
    );
  });

  it('refuses quotes that do not close and text that is no table', () => {
    fc.assert(
      fc.property(anyRow, (at) => {
        expect(refusal(withLine(at, `"${lines[at]}`))).toMatch(/is not CSV: .*line \d+/);
      }),
    );
    expect(refusal('')).toContain('lacks the columns');
    expect(refusal('# only a comment')).toContain('lacks the columns');
    expect(refusal('{"rows": []}')).toContain('is not CSV');
    expect(refusal('<html></html>')).toContain('lacks the columns');
  });

  it('refuses what is too large before it is read', () => {
    expect(refusal(`${csv}${'#'.repeat(MAX_TABLE_BYTES)}`)).toBe('The decision table is larger than 1000000 bytes.');
  });

  it('never breaks on any text', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom(...lines, ',', '"', '\n', '\r\n', 'any', '|', '\ufeff', '#'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          DecisionTable.parse(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(DecisionTableError);
        }
      }),
    );
  });

  it('refuses an outcome that another row corrects again, and names both lines', () => {
    const edited = rows.find((at) => cellsOf(at)[7] === 'image_generation' && cellsOf(at)[0] === 'no') ?? 0;
    const other = rows.find((at) => lines[at]?.startsWith('any,yes,wanted')) ?? 0;
    const message = refusal(withCell(edited, 7, 'image_to_video'));
    expect(message).toContain(`Line ${edited + 1} of the decision table: its outcome image_to_video`);
    expect(message).toContain(`line ${other + 1} makes it video_generation`);
  });

  it('refuses a workflow without its image that does not ask for it', () => {
    const asking = rows.filter((at) => cellsOf(at)[8] === 'image');
    expect(asking).toHaveLength(3);
    for (const at of asking) {
      expect(refusal(withCell(at, 8, ''))).toMatch(new RegExp(`^Line ${at + 1} .* must list image as missing\\.$`));
    }
  });

  it.each([
    ['colour=red', '"colour" is no generation parameter'],
    ['audio', '"audio" is not name=value'],
    ['audio=quiet', 'audio cannot be "quiet": it must be on or off'],
    ['audio=off;audio=on', 'audio is set twice'],
    ['seed=-1', 'seed cannot be "-1"'],
    ['steps=2.5', 'steps cannot be "2.5"'],
    ['aspect_ratio=wide', 'aspect_ratio cannot be "wide": it must be like 16:9'],
    ['constructor=1', '"constructor" is no generation parameter'],
  ])('refuses the parameters %s', (parameters, problem) => {
    expect(refusal(withCell(rows[0] ?? 0, 9, parameters))).toContain(`Line ${(rows[0] ?? 0) + 1}`);
    expect(refusal(withCell(rows[0] ?? 0, 9, parameters))).toContain(problem);
  });

  it('takes several parameters', () => {
    const some = DecisionTable.parse(withCell(rows[0] ?? 0, 9, 'aspect_ratio=16:9; quality=high ;strength=0.5;'));
    expect(some.decide('image_generation', plain, nothing).parameters).toEqual({
      aspect_ratio: '16:9',
      quality: 'high',
      strength: '0.5',
    });
  });
});

describe('parameterProblem', () => {
  it('takes what plans understand', () => {
    const good = { width: '1024', duration_s: '6', fps: '24', output_format: 'mp4', audio: 'on', seed: '0' };
    for (const [name, value] of Object.entries(good)) expect(parameterProblem(name, value)).toBeUndefined();
  });
});

import { CueLexicon } from './cue-lexicon.js';
import type { LocalAnswer } from './intent-models.js';
import { findSteps, hearMotion } from './intent-steps.js';
import { type IntentContext, type Workflow, workflows } from './intent.js';

const lexicon = CueLexicon.parse('WEAR: dress\nREMOVE: remove\nNEG: don t\nKEEP: keep\nACTION: wave, slowly\n');
const oneImage: IntentContext = { workingImages: 1, uploadedImages: 0, references: [] };

function saying(said: Readonly<Record<string, [Workflow, number]>>) {
  const asked: string[] = [];
  return {
    asked,
    classify(prompt: string): LocalAnswer {
      asked.push(prompt);
      const [workflow, confidence] = said[prompt] ?? ['image_generation', 1];
      const rest = (1 - confidence) / (workflows.length - 1);
      return {
        probabilities: Float64Array.from(workflows, (name) => (name === workflow ? confidence : rest)),
        requiresWebSearch: 0,
        reading: lexicon.read(prompt),
      };
    },
  };
}

function steps(prompt: string, said: Parameters<typeof saying>[0], context = oneImage) {
  const model = saying(said);
  return findSteps(model, prompt, context, model.classify(prompt));
}

const prompt = 'put her in a dress and make her wave';
const clear = {
  'put her in a dress': ['reference_styling', 0.99],
  'make her wave': ['image_to_video', 0.95],
} as const;

it('finds an edit that comes before the motion', () => {
  expect(steps(prompt, { ...clear } as never)).toEqual({
    edit: { workflow: 'reference_styling', prompt: 'put her in a dress' },
    motion: { workflow: 'image_to_video', prompt: 'make her wave' },
    confidence: 0.95,
  });
});

it('finds none without a picture', () => {
  expect(steps(prompt, { ...clear } as never, { ...oneImage, workingImages: 0 })).toBeUndefined();
});

it.each([
  ['the edit', { 'put her in a dress': ['reference_styling', 0.6], 'make her wave': ['image_to_video', 1] }],
  ['the motion', { 'put her in a dress': ['reference_styling', 1], 'make her wave': ['image_to_video', 0.6] }],
] as const)('finds none where %s is not clear by itself', (_name, said) => {
  expect(steps(prompt, said as never)).toBeUndefined();
});

it.each([
  ['is ruled out', 'put her, don t keep the dress', 'make her wave'],
  ['happens over time', 'put her slowly in a dress', 'make her wave'],
  ['is told as a story', 'she puts on a dress', 'make her wave'],
  ['is not moved by a command', 'put her in a dress', 'waving'],
])('finds none where the change %s', (_name, edit, motion) => {
  const said = { [edit]: ['reference_styling', 1], [motion]: ['image_to_video', 1] } as const;
  expect(steps(`${edit} and ${motion}`, said as never)).toBeUndefined();
});

it('asks the model a dozen times at most, and not at all for a long text', () => {
  const many = saying({});
  const command = 'make it so, ';
  findSteps(many, command.repeat(15), oneImage, saying({}).classify(command.repeat(15)));
  expect(many.asked.length).toBeLessThanOrEqual(12);
  const long = saying({});
  findSteps(long, command.repeat(40), oneImage, saying({}).classify(command.repeat(40)));
  expect(long.asked).toEqual([]);
});

it('lets motion win over the edit that most of the prompt speaks of, and stays a distribution', () => {
  const found = steps(prompt, { ...clear } as never);
  const whole = saying({ [prompt]: ['reference_styling', 0.6] }).classify(prompt);
  const heard = hearMotion(whole, found ?? ({ ...clear, confidence: 0 } as never));
  expect(workflows[heard.probabilities.indexOf(Math.max(...heard.probabilities))]).toBe('image_to_video');
  expect(heard.probabilities.reduce((sum, one) => sum + one)).toBeCloseTo(1, 9);
});

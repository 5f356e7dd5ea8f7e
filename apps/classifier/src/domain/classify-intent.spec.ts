import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { IntentClassifier, type IntentClassifierOptions } from './classify-intent.js';
import { CueLexicon } from './cue-lexicon.js';
import { DecisionTable } from './decision-table.js';
import type { IntentModel, LanguageModelClassifier, LanguageModelResult } from './intent-models.js';
import { workflows, type IntentContext, type Workflow } from './intent.js';

const csv = readFileSync(new URL('../../data/decision-table.csv', import.meta.url), 'utf8');
const decisionTable = DecisionTable.parse(csv);
const lexicon = CueLexicon.parse('SOUND: music\nOWNIMG: my photo\nREMOVE: remove\n');
const nothing: IntentContext = { workingImages: 0, uploadedImages: 0, references: [] };
const oneImage: IntentContext = { workingImages: 1, uploadedImages: 0, references: [] };

function modelSaying(workflow: Workflow, confidence: number, requiresWebSearch = 0): IntentModel & { calls: number } {
  const rest = (1 - confidence) / (workflows.length - 1);
  return {
    version: 'm1',
    calls: 0,
    sureFrom: (share) => 0.5 + share,
    classify(prompt) {
      this.calls += 1;
      return {
        probabilities: Float64Array.from(workflows, (name) => (name === workflow ? confidence : rest)),
        requiresWebSearch,
        reading: lexicon.read(prompt),
      };
    },
  };
}

function languageModel(
  result: LanguageModelResult,
): LanguageModelClassifier & { classify: jest.Mock<LanguageModelClassifier['classify']> } {
  return { version: 'l1', classify: jest.fn<LanguageModelClassifier['classify']>().mockResolvedValue(result) };
}

const saysHair: LanguageModelResult = {
  ok: true,
  answer: {
    workflow: 'hair_styling',
    confidence: 0.9,
    reasoning: 'Hair.',
    requiresWebSearch: false,
    webSearchQuery: '',
  },
};
const build = (options: Partial<IntentClassifierOptions> & { model: IntentModel }): IntentClassifier =>
  new IntentClassifier({ decisionTable, ...options });

describe('IntentClassifier', () => {
  it('lets a sure local model answer without asking the language model', async () => {
    const remote = languageModel(saysHair);
    const answer = await build({ model: modelSaying('image_editing', 0.9), languageModel: remote }).classify({
      prompt: 'x',
      context: oneImage,
    });
    expect(answer).toMatchObject({ workflow: 'image_editing', source: 'local', confidence: 0.9 });
    expect(remote.classify).not.toHaveBeenCalled();
  });

  it('asks the language model where the local model is unsure, and names the runner-up', async () => {
    const classifier = build({ model: modelSaying('image_editing', 0.5), languageModel: languageModel(saysHair) });
    const answer = await classifier.classify({ prompt: 'x', context: oneImage });
    expect(answer).toMatchObject({
      workflow: 'hair_styling',
      source: 'llm',
      reasoning: 'Hair.',
      runnerUp: { workflow: 'image_editing' },
    });
  });

  it('lets the unsure best guess stand as local when there is no language model or only local is asked for', async () => {
    const alone = await build({ model: modelSaying('image_editing', 0.4) }).classify({
      prompt: 'x',
      context: oneImage,
    });
    expect(alone).toMatchObject({ workflow: 'image_editing', source: 'local', confidence: 0.4 });
    const remote = languageModel(saysHair);
    const classifier = build({ model: modelSaying('image_editing', 0.4), languageModel: remote });
    expect((await classifier.classify({ prompt: 'x', context: oneImage, strategy: 'local_only' })).source).toBe(
      'local',
    );
    expect(remote.classify).not.toHaveBeenCalled();
  });

  it('falls back with low confidence when the language model fails, and does not remember that', async () => {
    const remote = languageModel({ ok: false, failure: 'timeout' });
    const classifier = build({ model: modelSaying('image_editing', 0.95), languageModel: remote });
    const answer = await classifier.classify({ prompt: 'x', context: oneImage, strategy: 'llm_first' });
    expect(answer).toMatchObject({ workflow: 'image_editing', source: 'fallback', confidence: 0.6 });
    expect(answer.reasoning).toContain('Fallback');
    await classifier.classify({ prompt: 'x', context: oneImage, strategy: 'llm_first' });
    expect(remote.classify).toHaveBeenCalledTimes(2);
  });

  it('answers the same question from the cache until the hour is over', async () => {
    let now = 1;
    const model = modelSaying('image_editing', 0.9);
    const classifier = build({ model, now: () => now });
    await classifier.classify({ prompt: 'Remove  it', context: oneImage });
    const again = await classifier.classify({ prompt: 'remove it ', context: oneImage });
    expect(again).toMatchObject({ source: 'cache', workflow: 'image_editing' });
    expect(model.calls).toBe(1);
    now += 3_600_001;
    expect((await classifier.classify({ prompt: 'remove it', context: oneImage })).source).toBe('local');
  });

  it('keeps answers apart by images and strategy, and leaves the cache alone when told to', async () => {
    const classifier = build({ model: modelSaying('image_editing', 0.9) });
    await classifier.classify({ prompt: 'x', context: oneImage, bypassCache: true });
    await classifier.classify({ prompt: 'x', context: oneImage });
    for (const request of [
      { prompt: 'x', context: { ...oneImage, uploadedImages: 1 } },
      { prompt: 'x', context: oneImage, strategy: 'local_only' as const },
      { prompt: 'x', context: oneImage, bypassCache: true },
    ]) {
      expect((await classifier.classify(request)).source).toBe('local');
    }
  });

  it('does not let a caller change what others get from the cache', async () => {
    const classifier = build({ model: modelSaying('image_editing', 0.9) });
    const first = await classifier.classify({ prompt: 'x', context: oneImage });
    first.missingInputs.push('broken');
    expect((await classifier.classify({ prompt: 'x', context: oneImage })).missingInputs).toEqual([]);
  });

  it('corrects an impossible answer and says from what', async () => {
    const answer = await build({ model: modelSaying('image_to_video', 0.9) }).classify({
      prompt: 'waves',
      context: nothing,
    });
    expect(answer).toMatchObject({ workflow: 'text_to_video', correctedFrom: 'image_to_video' });
  });

  it('asks for the image of an edit that the model is sure of, whatever words speak of it', async () => {
    const sure = build({ model: modelSaying('reference_styling', 0.95) });
    const prompt = 'put me in a tuxedo';
    expect(await sure.classify({ prompt, context: nothing })).toMatchObject({
      workflow: 'reference_styling',
      missingInputs: ['image'],
    });
    const unsure = build({ model: modelSaying('reference_styling', 0.8) });
    expect(await unsure.classify({ prompt: 'a man in a tuxedo', context: nothing })).toMatchObject({
      workflow: 'image_generation',
      correctedFrom: 'reference_styling',
    });
  });

  it('keeps an edit of "my photo" and lists the missing image', async () => {
    const answer = await build({ model: modelSaying('image_editing', 0.9) }).classify({
      prompt: 'remove him from my photo',
      context: nothing,
    });
    expect(answer).toMatchObject({ workflow: 'image_editing', missingInputs: ['image'] });
    expect(answer.correctedFrom).toBeUndefined();
  });

  it('adds a query exactly when a web search is needed', async () => {
    const answer = await build({ model: modelSaying('reference_styling', 0.9, 0.8) }).classify({
      prompt: 'zendaya met gala 2024',
      context: oneImage,
    });
    expect(answer.requiresWebSearch).toBe(true);
    expect(answer.webSearchQuery).toContain('zendaya');
    const other = await build({ model: modelSaying('hair_styling', 0.9, 0.8) }).classify({
      prompt: 'zendaya met gala 2024',
      context: oneImage,
    });
    expect(other).toMatchObject({ requiresWebSearch: false, webSearchQuery: '' });
  });

  it('uses the keyword rules alone in classic mode', async () => {
    const model = modelSaying('image_editing', 0.9);
    const answer = await build({ model }).classify({ prompt: 'a chair', context: nothing, strategy: 'classic' });
    expect(answer).toMatchObject({ workflow: 'hair_styling', source: 'classic' });
    expect(model.calls).toBe(0);
  });

  it('answers a batch in order', async () => {
    const classifier = build({ model: modelSaying('image_editing', 0.5), languageModel: languageModel(saysHair) });
    const answers = await classifier.classifyBatch([
      { prompt: 'a', context: oneImage, strategy: 'classic' },
      { prompt: 'b', context: oneImage },
      { prompt: 'c', context: oneImage, strategy: 'local_only' },
    ]);
    expect(answers.map(({ source }) => source)).toEqual(['classic', 'llm', 'local']);
  });

  it('asks the language model about the share of prompts that it is set to', async () => {
    const remote = languageModel(saysHair);
    const model = modelSaying('image_editing', 0.7);
    const ask = (options: Partial<IntentClassifierOptions>) =>
      build({ model, languageModel: remote, ...options }).classify({ prompt: 'x', context: oneImage });
    expect((await ask({})).source).toBe('llm');
    expect((await ask({ sureFrom: model.sureFrom(0.1) })).source).toBe('local');
    expect((await ask({ sureFrom: Infinity })).source).toBe('llm');
  });

  it('asks once for callers with the same prompt at the same time, and not for those who bypass the cache', async () => {
    const remote = languageModel(saysHair);
    const answers: string[] = [];
    const classifier = build({
      model: modelSaying('image_editing', 0.5),
      languageModel: remote,
      onRemoteAnswer: (how) => answers.push(how),
    });
    const request = { prompt: 'Grow it', context: oneImage };
    const all = await Promise.all(
      [request, { ...request, prompt: 'grow  it' }, { ...request, bypassCache: true }].map((one) =>
        classifier.classify(one),
      ),
    );
    expect(all.map(({ workflow, source }) => [workflow, source])).toEqual(all.map(() => ['hair_styling', 'llm']));
    expect(remote.classify).toHaveBeenCalledTimes(2);
    expect(answers.toSorted()).toEqual(['asked', 'asked', 'shared']);
  });

  it('falls back for the caller who leaves, in time', async () => {
    const remote = { version: 'l1', classify: () => new Promise<LanguageModelResult>(() => undefined) };
    const classifier = build({ model: modelSaying('image_editing', 0.5), languageModel: remote });
    const leaving = new AbortController();
    const answer = classifier.classify({ prompt: 'x', context: oneImage, signal: leaving.signal });
    leaving.abort();
    expect(await answer).toMatchObject({ source: 'fallback', workflow: 'image_editing' });
    const hurried = await classifier.classify({ prompt: 'x', context: oneImage, timeLeftMs: 100 });
    expect(hurried.reasoning).toMatch(/^Fallback: the language model did not answer in time\. The prompt asks/);
  });

  it('counts words as older systems did when it falls back', async () => {
    const remote = languageModel({ ok: false, failure: 'busy' });
    const classifier = build({ model: modelSaying('image_editing', 0.5), languageModel: remote });
    const enhancementNeeded = async (prompt: string): Promise<boolean> =>
      (await classifier.classify({ prompt, context: oneImage })).enhancementNeeded;
    expect(await enhancementNeeded('four words are few')).toBe(true);
    expect(await enhancementNeeded('five words are not few')).toBe(false);
  });

  it('never looks sure of an empty or suspicious prompt', async () => {
    const classifier = build({ model: modelSaying('image_editing', 0.9) });
    for (const prompt of ['', '\u200b', '<script>', '<\u200bscript>', '＜script＞', 'bell \u0007'])
      expect((await classifier.classify({ prompt, context: oneImage })).confidence).toBe(0.3);
  });

  it('offers as runner-up only what is possible', async () => {
    const classifier = build({ model: modelSaying('image_to_video', 0.9) });
    const answer = await classifier.classify({ prompt: 'waves', context: nothing });
    expect(answer).toMatchObject({ workflow: 'text_to_video', runnerUp: { workflow: 'image_generation' } });
  });

  it('counts hits, misses and bypasses, and a prompt that needs the language model once', async () => {
    const lookups: string[] = [];
    const classifier = build({
      model: modelSaying('image_editing', 0.5),
      languageModel: languageModel(saysHair),
      onLookup: (lookup) => lookups.push(lookup),
    });
    const request = { prompt: 'x', context: oneImage };
    expect(classifier.classifyAtOnce(request)).toBeUndefined();
    await classifier.classify(request);
    expect(classifier.classifyAtOnce(request)?.source).toBe('cache');
    await classifier.classify({ ...request, bypassCache: true });
    await classifier.classify({ ...request, strategy: 'classic' });
    expect(lookups).toEqual(['miss', 'hit', 'bypassed']);
  });

  it('judges by the table that took over, under a new version, and keeps answers of the old one apart', async () => {
    const classifier = build({ model: modelSaying('image_editing', 0.9) });
    const before = classifier.version;
    expect(before).toMatch(/^m1\+table-[0-9a-f]{8}$/);
    const request = { prompt: 'brighter', context: oneImage };
    await classifier.classify(request);
    const silent = csv.replaceAll(/style_transfer,same,,$/gm, 'style_transfer,same,,quality=low');
    classifier.replaceDecisionTable(DecisionTable.parse(silent));
    expect(classifier.version).not.toBe(before);
    expect(await classifier.classify(request)).toMatchObject({ source: 'local', parameters: { quality: 'low' } });
    classifier.replaceDecisionTable(decisionTable);
    expect((await classifier.classify(request)).source).toBe('cache');
  });

  it('ends under the table that it began with', async () => {
    let answer: (result: LanguageModelResult) => void = () => undefined;
    const remote = {
      version: 'l1',
      classify: () => new Promise<LanguageModelResult>((resolve) => (answer = resolve)),
    };
    const classifier = build({ model: modelSaying('image_editing', 0.5), languageModel: remote });
    const request = { prompt: 'brighter', context: oneImage };
    const asked = classifier.classify(request);
    const other = DecisionTable.parse(csv.replaceAll(/style_transfer,same,,$/gm, 'style_transfer,same,,quality=low'));
    classifier.replaceDecisionTable(other);
    answer(saysHair);
    expect((await asked).parameters).toBeUndefined();
    expect(classifier.classifyAtOnce(request)).toBeUndefined();
  });
});

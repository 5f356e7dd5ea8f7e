import { type EnhancementRequest, PromptEnhancer, type PromptEnhancerOptions } from './prompt-enhancer.js';
import type { PromptWish, PromptWriter } from './prompt-writer.js';

const nothing = { workingImages: 0, uploadedImages: 0, references: [] };
const wish = (over: Partial<EnhancementRequest> = {}): EnhancementRequest => ({
  prompt: 'a red fox',
  workflow: 'image_generation',
  strategy: 'llm',
  context: nothing,
  ...over,
});
type Answer = Awaited<ReturnType<PromptWriter['write']>>;
const drafted = (prompt: string): Answer => ({ ok: true, draft: { prompt, aspects: {} } });
const better = drafted('A red fox in tall grass');

function build(answers: (Answer | Promise<Answer>)[] = [], options: PromptEnhancerOptions = {}) {
  const wishes: { wish: PromptWish; signal: AbortSignal }[] = [];
  const writer: PromptWriter = {
    version: 'w1',
    write: async (asked, signal) => {
      wishes.push({ wish: asked, signal });
      return answers.shift() ?? better;
    },
  };
  return { wishes, writer, enhancer: new PromptEnhancer({ writer, ...options }) };
}

describe('PromptEnhancer', () => {
  it('leaves prompts alone when it is off', () => {
    expect(build().enhancer.enhanceAtOnce(wish({ prompt: ' fox ', strategy: 'off' }))).toEqual({
      prompt: 'fox',
      additions: [],
      strategy: 'off',
      cacheHit: false,
      warnings: [],
    });
  });

  it('asks nobody when it is to be quick', () => {
    const { enhancer, wishes } = build();
    expect(enhancer.enhanceAtOnce(wish({ strategy: 'quick' }))).toMatchObject({
      prompt: 'a red fox, high quality, detailed, professional',
      strategy: 'quick',
      warnings: [],
    });
    expect(wishes).toEqual([]);
  });

  it('lets the language model write and tells what it added', async () => {
    const { enhancer, wishes } = build();
    expect(enhancer.enhanceAtOnce(wish())).toBeUndefined();
    expect(await enhancer.enhance(wish({ prompt: ' a red fox ' }))).toEqual({
      prompt: 'A red fox in tall grass',
      additions: ['in tall grass'],
      strategy: 'llm',
      cacheHit: false,
      warnings: [],
    });
    expect(wishes[0]?.wish).toEqual({ prompt: 'a red fox', workflow: 'image_generation', context: nothing });
  });

  it('answers the same wish at once for a day', async () => {
    let now = 1;
    const { enhancer, wishes } = build([], { now: () => now });
    await enhancer.enhance(wish());
    expect(enhancer.enhanceAtOnce(wish())).toMatchObject({
      strategy: 'llm',
      cacheHit: true,
      additions: ['in tall grass'],
    });
    now += 86_400_001;
    expect(enhancer.enhanceAtOnce(wish())).toBeUndefined();
    expect(wishes).toHaveLength(1);
  });

  it('keeps answers apart by prompt, workflow, kinds of image and writer', async () => {
    const { enhancer, writer } = build();
    await enhancer.enhance(wish());
    const others = [
      wish({ prompt: 'a red fox!' }),
      wish({ workflow: 'image_editing' }),
      wish({ context: { ...nothing, workingImages: 1 } }),
      wish({ context: { ...nothing, uploadedImages: 1 } }),
      wish({ context: { ...nothing, references: ['sarah'] } }),
      wish({ bypassCache: true }),
    ];
    for (const other of others) expect(enhancer.enhanceAtOnce(other)).toBeUndefined();
    Object.assign(writer, { version: 'w2' });
    expect(enhancer.enhanceAtOnce(wish())).toBeUndefined();
  });

  it('writes nothing to the cache when told to bypass it', async () => {
    const { enhancer } = build();
    await enhancer.enhance(wish({ bypassCache: true }));
    expect(enhancer.enhanceAtOnce(wish())).toBeUndefined();
  });

  it('asks once for all who want the same at the same time', async () => {
    let answer: (answer: Answer) => void = () => undefined;
    const { enhancer, wishes } = build([new Promise<Answer>((resolve) => (answer = resolve))]);
    const all = [enhancer.enhance(wish()), enhancer.enhance(wish()), enhancer.enhance(wish())];
    answer(better);
    expect((await Promise.all(all)).map(({ strategy }) => strategy)).toEqual(['llm', 'llm', 'llm']);
    expect(wishes).toHaveLength(1);
  });

  it('lets the next one ask when the first had no budget left', async () => {
    const { enhancer, wishes } = build([{ ok: false, failure: 'over_budget' }]);
    const [first, second] = await Promise.all([enhancer.enhance(wish()), enhancer.enhance(wish())]);
    expect([first?.strategy, second?.strategy]).toEqual(['quick', 'llm']);
    expect(wishes).toHaveLength(2);
  });

  it('is quick, and says why, when the language model fails; the next caller may be luckier', async () => {
    const { enhancer } = build([{ ok: false, failure: 'circuit_open' }]);
    expect(await enhancer.enhance(wish())).toEqual({
      prompt: 'a red fox, high quality, detailed, professional',
      additions: ['high quality', 'detailed', 'professional'],
      strategy: 'quick',
      cacheHit: false,
      warnings: ['The language model is being spared after repeated failures; the quick enhancement was used.'],
    });
    expect(await enhancer.enhance(wish())).toMatchObject({ strategy: 'llm' });
  });

  it('is quick when a draft drops what the user said, and does not pay for that again within the hour', async () => {
    let now = 1;
    const { enhancer } = build([drafted('A fox in tall grass')], { now: () => now });
    const warnings = [
      'The language model proposed a prompt that changed what the prompt says ("red"); the quick enhancement was used.',
    ];
    expect(await enhancer.enhance(wish())).toMatchObject({ strategy: 'quick', cacheHit: false, warnings });
    expect(enhancer.enhanceAtOnce(wish())).toMatchObject({ strategy: 'quick', cacheHit: true, warnings });
    now += 3_600_001;
    expect(enhancer.enhanceAtOnce(wish())).toBeUndefined();
  });

  it('is quick at once without a language model and for prompts that leave no room', () => {
    expect(new PromptEnhancer().enhanceAtOnce(wish())).toMatchObject({
      strategy: 'quick',
      warnings: ['No language model is configured; the quick enhancement was used.'],
    });
    expect(build().enhancer.enhanceAtOnce(wish({ prompt: 'fox '.repeat(300) }))).toMatchObject({
      strategy: 'quick',
      warnings: [expect.stringContaining('too long')],
    });
  });

  it('is quick for a caller who left, and stops the work when nobody waits', async () => {
    const { enhancer, wishes } = build([new Promise<Answer>(() => undefined)]);
    const leaving = new AbortController();
    const asked = enhancer.enhance(wish({ signal: leaving.signal }));
    leaving.abort();
    expect(await asked).toMatchObject({ strategy: 'quick', warnings: [expect.stringContaining('was not waited for')] });
    expect(wishes[0]?.signal.aborted).toBe(true);
  });
});

// Distinct prompts for load: seeded, so that two runs send the same ones in the same order.

const subjects = [
  'a lighthouse',
  'an old fisherman',
  'two foxes',
  'a glass teapot',
  'a night train',
  'my grandmother',
  'a red bicycle',
  'a paper boat',
  'the harbour',
  'a violinist',
  'an owl',
  'a market stall',
  'a lonely robot',
  'the kitchen',
  'a wooden bridge',
  'three dancers',
  'a cathedral',
  'a snow leopard',
  'a street lamp',
  'a tea field',
];
const places = [
  'at dusk',
  'in the rain',
  'by the sea',
  'under neon lights',
  'in a meadow',
  'on the moon',
  'in heavy fog',
  'in an empty city',
  'behind a window',
  'beside a river',
  'in autumn',
  'at sunrise',
  'in a library',
  'on a rooftop',
  'in the desert',
  'under water',
  'in a greenhouse',
  'in Lisbon',
  'at a fair',
  'in winter',
];
const looks = [
  'painted in watercolour',
  'as a pencil sketch',
  'in warm colours',
  'photographed on film',
  'as a poster',
  'very detailed',
  'in soft light',
  'from above',
  'as a woodcut',
  'with long shadows',
  'in black and white',
  'as a short video',
  'slowly zooming in',
  'with music',
  'as a looping clip',
  'in pastel tones',
  'as a comic panel',
  'like a postcard',
  'wide angle',
  'close up',
];
const wishes = ['make', 'draw', 'show me', 'create', 'I need', 'please make', 'give me', 'imagine'];

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` distinct prompts. */
export function distinctPrompts(count) {
  const prompts = [];
  for (let index = 0; prompts.length < count; index++) {
    const pick = (list, step) => list[Math.floor(index / step) % list.length];
    prompts.push(
      `${pick(wishes, 8000)} ${pick(subjects, 1)} ${pick(places, 20)} ${pick(looks, 400)}${index >= 64000 ? ` ${index}` : ''}`,
    );
  }
  return prompts;
}

/** An endless stream in which `repeats` of the prompts were sent before and the rest are new, in a seeded order. */
export function* promptStream(prompts, repeats, seed = 1) {
  const next = random(seed);
  let fresh = 0;
  for (;;) {
    const repeat = fresh > 0 && next() < repeats;
    yield prompts[repeat ? Math.floor(next() * Math.min(fresh, prompts.length)) : fresh++ % prompts.length];
  }
}

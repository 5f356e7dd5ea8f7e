import fc from 'fast-check';
import { lostSubstance } from './prompt-substance.js';

describe('lostSubstance', () => {
  it.each([
    ['a red fox', 'A majestic red fox in tall grass, soft morning light'],
    ['please make my hair blonde and curly', 'Curly blonde hair with soft highlights'],
    ['put @sarah in this dress', '@sarah wearing the dress from the second picture, studio light'],
    ['a sign that says "Open Late"', 'A neon sign that says "Open Late" above a bar'],
    ['portait of an astronuat', 'Portrait of an astronaut, film grain'],
    ['3 cats running', 'Three-quarter view of 3 cats that run through snow'],
    ['a street without people', 'An empty street without any people at dawn'],
    ['a dog at the Eiffel Tower', 'A small dog in front of the Eiffel Tower, golden hour'],
    ['ein Foto von einem Hund ohne Leine', 'Foto eines Hundes ohne Leine auf einer Wiese, weiches Licht'],
    ['un perro rojo en la playa', 'Un perro rojo corriendo en la playa al atardecer'],
    ['кошка в космосе', 'Кошка парит в открытом космосе, мягкий свет'],
    ['一只戴着帽子的猫', '一只戴着红色帽子的猫坐在窗边，柔和的光线'],
    ['帽子をかぶった猫', '帽子をかぶった猫が窓辺に座っている、柔らかい光'],
    ['mera photo ko cartoon bana do', 'Photo ko bright cartoon style mein'],
    ['a café in Zürich', 'A cozy cafe in Zurich, rainy evening'],
  ])('finds nothing lost from %j', (original, rewritten) => {
    expect(lostSubstance(original, rewritten)).toBeUndefined();
  });

  it.each([
    ['a red fox', 'A majestic fox in tall grass', 'red'],
    ['please make my hair blonde and curly', 'Blonde hair with soft highlights', 'curly'],
    ['put @sarah in this dress', 'A woman in the dress', '@sarah'],
    ['put @ana in this dress', '@anabel in this dress', '@ana'],
    ['a dress', 'a dress on @sarah', '@sarah'],
    ['a sign that says "Open Late"', 'A neon sign that says "Closed" above, open till late', 'Open Late'],
    ['a banner „Alles Gute“', 'Ein banner mit alles Liebe und gute Wünsche', 'Alles Gute'],
    ['3 cats running', 'Cats running at 13 o’clock', '3'],
    ['a street without people', 'A street full of people', 'without'],
    ['a dog at the Eiffel Tower', 'A dog at the eiffel lattice', 'Tower'],
    ['ein Foto von einem Hund ohne Leine', 'Foto von einem Hund mit Leine', 'ohne'],
    ['кошка в космосе', 'Собака в космосе', 'кошка'],
    ['不要文字的海报', '带文字的海报', '不'],
    ['一只戴着帽子的猫', '一条狗在草地上奔跑', '只'],
  ])('finds what %j has lost in %j', (original, rewritten, lost) => {
    expect(lostSubstance(original, rewritten)).toBe(lost);
  });

  it('lets one word in ten be worded differently', () => {
    const long = 'big brown bear walks slowly through deep green forest beside quiet river';
    expect(lostSubstance(long, long.replace('big', 'huge'))).toBeUndefined();
    expect(lostSubstance(long, long.replace('big', 'huge').replace('quiet', 'silent'))).toBe('big');
  });

  it('loses nothing to itself and to what is added to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (prompt) => {
        expect(lostSubstance(prompt, prompt)).toBeUndefined();
        expect(lostSubstance(prompt, `${prompt}, soft light`)).toBeUndefined();
      }),
    );
  });
});

import { parseConfig } from './image-job-config.js';
import { targetProblem, targetSize } from './sketch-target.js';

const picture = { width: 4032, height: 3024 };

describe('a target of sketch preparation', () => {
  it('is a size that is written down', () => {
    expect(targetSize('640x480', picture)).toEqual({ width: 640, height: 480 });
  });

  it('is the size nearest to the picture’s among those of a model', () => {
    expect(targetSize('gpt-image-1', picture)).toEqual({ width: 1536, height: 1024 });
    expect(targetSize('gpt-image-1', { width: 3024, height: 4032 })).toEqual({ width: 1024, height: 1536 });
    expect(targetSize('black-forest-labs/flux-schnell', picture)).toEqual({ width: 1184, height: 888 });
  });

  it.each([
    ['no/such-model', 'must be a size such as 640x480 or the id of a model in the catalogue'],
    ['640×480', 'must be a size such as 640x480 or the id of a model in the catalogue'],
    ['0x10', 'must be a size such as 640x480 or the id of a model in the catalogue'],
    ['99999x10', 'must have no edge of more than 4096 pixels'],
    ['gpt-4o-mini', 'is a model that takes no pictures'],
    ['minimax/video-01', 'is a model whose size cannot be chosen; give a size such as 640x480'],
  ])('is refused when it is %s, naming the field', (target, message) => {
    expect(targetProblem(target)).toBe(message);
    expect(parseConfig('sketch_preparation', JSON.stringify({ target }))).toEqual([
      { field: 'config.target', message },
    ]);
  });

  it('may be left out', () => {
    expect(parseConfig('sketch_preparation', '{}')).toEqual({
      type: 'sketch_preparation',
      edges: 'lineart',
      contrast: 1.2,
      palette: 6,
      fit: 'contain',
      text: 'keep',
    });
  });
});

import { tableParameters } from './table-parameters.js';

describe('tableParameters', () => {
  it('reads flags, numbers and words', () => {
    expect(
      tableParameters({ audio: 'off', fps: '24', strength: '0.5', quality: 'high', aspect_ratio: '16:9' }),
    ).toEqual({
      audio: false,
      fps: 24,
      strength: 0.5,
      quality: 'high',
      aspect_ratio: '16:9',
    });
    expect(tableParameters({ audio: 'on' })).toEqual({ audio: true });
  });

  it('leaves out what it does not understand', () => {
    expect(tableParameters({ mood: 'calm', audio: 'quiet', steps: '-3', width: '', constructor: 'x' })).toBeUndefined();
    expect(tableParameters({})).toBeUndefined();
  });
});

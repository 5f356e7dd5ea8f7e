import { formatBytes, formatDollars, formatName, formatPercent, formatProvider, formatSeconds } from './format.js';

describe('formats for people', () => {
  it.each([
    [0, '$0.00'],
    [0.0042, '$0.0042'],
    [0.04, '$0.04'],
    [12.5, '$12.50'],
    [1234.567, '$1,234.57'],
  ])('write %d dollars so that small amounts are not nothing', (dollars, text) => {
    expect(formatDollars(dollars)).toBe(text);
  });

  it.each([
    [0.42, '0.4 s'],
    [9.96, '10 s'],
    [32.4, '32 s'],
    [59.6, '1 min'],
    [125, '2 min 5 s'],
    [3_600, '1 h 0 min'],
  ])('write %d seconds as a person says them', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it('write bytes, shares and names', () => {
    expect([formatBytes(999), formatBytes(25_000_000), formatBytes(1_234_000_000)]).toEqual([
      '999 B',
      '25 MB',
      '1.23 GB',
    ]);
    expect([formatPercent(0.256), formatPercent(0.0123, 1)]).toEqual(['26%', '1.2%']);
    expect([formatName('image_to_video'), formatProvider('openai'), formatProvider('gemini')]).toEqual([
      'Image to video',
      'OpenAI',
      'Gemini',
    ]);
  });
});

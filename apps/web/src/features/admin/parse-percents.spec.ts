import { parsePercents } from './parse-percents.js';

describe('percents that somebody typed', () => {
  it.each([
    ['50, 80,100', [50, 80, 100]],
    ['100 50 50', [50, 100]],
    ['80 %', [80]],
    ['', []],
    [' , ', []],
  ])('reads %j', (text, percents) => {
    expect(parsePercents(text)).toEqual(percents);
  });

  it.each(['0', '-5', '12.5', '1001', 'half', '50,x', 'NaN', 'Infinity'])('refuses %j', (text) => {
    expect(parsePercents(text)).toBeUndefined();
  });
});

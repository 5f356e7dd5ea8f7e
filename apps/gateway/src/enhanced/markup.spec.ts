import fc from 'fast-check';
import { findMarkup } from './markup.js';

describe('markup', () => {
  it.each([
    ['<script>alert(1)</script>', 'a script element'],
    ['a cat < SCRIPT src=x>', 'a script element'],
    ['</script>', 'a script element'],
    ['click javascript:alert(1)', 'a javascript: address'],
    ['JaVaScRiPt :alert(1)', 'a javascript: address'],
    ['vbscript:msgbox', 'a vbscript: address'],
    ['data:text/html,<b>x</b>', 'a data: address'],
    ['see data:image/png;base64,AAAA', 'a data: address'],
    ['a cat onclick=steal()', 'an event handler'],
    ['<img src=x onerror = "x">', 'an event handler'],
    ['"onmouseover=x', 'an event handler'],
  ])('is found in %s', (prompt, found) => {
    expect(findMarkup(prompt)).toBe(found);
  });

  it.each([
    'a dashboard that shows data: text, images and charts',
    'big data: a visual story',
    'metadata:image/format chart',
    'time: 10:30, place: a harbour',
    'a poster for online=offline',
    'once = never, ontology = art, onion=ring',
    'a movie script on a desk, scripted light',
    'a < b and b > c, drawn as a formula',
    'I <3 manuscripts',
    'un café: données et couleurs',
    'a heart <3 and data / text on a screen',
    'nonclick=5',
  ])('is not found in prose: %s', (prompt) => {
    expect(findMarkup(prompt)).toBeUndefined();
  });

  it('is never found in ordinary words with data and colons', () => {
    const word = fc.constantFrom(
      'data',
      'data:',
      'a',
      'cat',
      'time:',
      'scene',
      'java',
      'script',
      'on',
      'click',
      'image',
      'text,',
      'and/or',
      '—',
      '16:9',
      'é',
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => findMarkup(words.join(' ')) === undefined));
  });

  it('is found wherever it stands among ordinary words', () => {
    const prose = fc.stringMatching(/^[a-z ,.]{0,40}$/);
    const markup = fc.constantFrom('<script>', 'javascript:', 'vbscript:', 'data:text/html', 'onload=', 'ONERROR=');
    fc.assert(
      fc.property(
        prose,
        markup,
        prose,
        (before, found, after) => findMarkup(`${before} ${found}${after}`) !== undefined,
      ),
    );
  });
});

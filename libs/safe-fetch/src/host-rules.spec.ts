import fc from 'fast-check';
import { DEFAULT_IMAGE_HOSTS, isHostAllowed, parseHostRules } from './host-rules.js';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const domain = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('co', 'com', 'example', 'org'))
  .map(([labels, top]) => [...labels, top].join('.'));

describe('host rules', () => {
  it('allow the named host and every host below it', () => {
    fc.assert(
      fc.property(domain, fc.array(label, { maxLength: 3 }), (rule, labels) =>
        isHostAllowed([...labels, rule].join('.'), [rule]),
      ),
    );
  });

  it('never allow a host that merely ends with, starts with or contains a rule', () => {
    fc.assert(
      fc.property(domain, label, domain, (rule, text, other) => {
        fc.pre(!other.endsWith(`.${rule}`) && other !== rule);
        expect(isHostAllowed(`${text}${rule}`, [rule])).toBe(false);
        expect(isHostAllowed(`${rule}.${other}`, [rule])).toBe(false);
        expect(isHostAllowed(other, [rule])).toBe(false);
      }),
    );
  });

  it('ignore case, the root dot and the Unicode spelling', () => {
    expect(isHostAllowed('CDN.Supabase.CO.', DEFAULT_IMAGE_HOSTS)).toBe(true);
    expect(isHostAllowed('xn--bcher-kva.example', ['bücher.example'])).toBe(true);
    expect(isHostAllowed('supabase.co.evil.example', DEFAULT_IMAGE_HOSTS)).toBe(false);
    expect(isHostAllowed('notsupabase.co', DEFAULT_IMAGE_HOSTS)).toBe(false);
  });

  it('take a single label or an address only as itself', () => {
    expect(isHostAllowed('evil.com', ['com'])).toBe(false);
    expect(isHostAllowed('minio', ['minio'])).toBe(true);
    expect(isHostAllowed('8.8.8.8', ['8.8'])).toBe(false);
    expect(isHostAllowed('1.8.8.8.8', ['8.8.8.8'])).toBe(false);
    expect(isHostAllowed('[2606:4700::1]', ['2606:4700::1'])).toBe(true);
  });

  it('allow nothing when there are none, and no nameless host', () => {
    expect(isHostAllowed('example.com', [])).toBe(false);
    expect(isHostAllowed('', '*')).toBe(false);
    expect(isHostAllowed('example.com/x', ['example.com'])).toBe(false);
    expect(isHostAllowed('example.com', [''])).toBe(false);
  });

  it('are read from a list, in which * stands for any host', () => {
    expect(parseHostRules('supabase.co, Images.Example.com ')).toEqual(['supabase.co', 'images.example.com']);
    expect(parseHostRules('supabase.co,*')).toBe('*');
    expect(parseHostRules('')).toEqual([]);
  });

  it.each(['https://example.com', 'example.com:80', '*.example.com', 'exa mple..com/', 'a/b'])(
    'are refused with their name when they are no host: %s',
    (entry) => expect(() => parseHostRules(entry)).toThrow(RangeError),
  );
});

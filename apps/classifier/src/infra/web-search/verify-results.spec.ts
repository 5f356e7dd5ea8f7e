import { publicUrl } from './page-url.js';
import { type ClaimedPage, type SearchEvidence, verifyResults } from './verify-results.js';

const claim = (url: string, over: Partial<ClaimedPage> = {}): ClaimedPage => ({
  title: 'A gown',
  url,
  image_url: null,
  snippet: 'Blue organza.',
  ...over,
});
const evidence = (over: Partial<SearchEvidence> = {}): SearchEvidence => ({ pageUrls: [], pictures: [], ...over });
const picture = (pageUrl: string, imageUrl: string, caption = '') => ({ pageUrl, imageUrl, caption });

describe('verifyResults', () => {
  it('drops every page that the search tool does not report', () => {
    const results = verifyResults(
      [claim('https://invented.example.com/met'), claim('https://vogue.com/met'), claim('https://vogue.com/met/2')],
      evidence({ pageUrls: ['https://vogue.com/met'] }),
    );
    expect(results).toEqual([
      { title: 'A gown', url: 'https://vogue.com/met', imageUrl: '', snippet: 'Blue organza.' },
    ]);
  });

  it('tells the address as the tool has it, without tracking marks, however the model spelled it', () => {
    const [result] = verifyResults(
      [claim('http://www.Vogue.com/met/?utm_source=model#looks')],
      evidence({ pageUrls: ['https://vogue.com/met?utm_source=openai'] }),
    );
    expect(result?.url).toBe('https://vogue.com/met');
  });

  it('tells each page once, and at most eight', () => {
    const urls = Array.from({ length: 12 }, (_, index) => `https://vogue.com/${index}`);
    const results = verifyResults(
      [...urls, ...urls].map((url) => claim(url)),
      evidence({ pageUrls: urls }),
    );
    expect(results.map(({ url }) => url)).toEqual(urls.slice(0, 8));
  });

  it('joins a page with a picture that the tool found on it, and drops one it did not find', () => {
    const pageUrls = ['https://vogue.com/met', 'https://elle.com/met'];
    const pictures = [picture('https://vogue.com/met', 'https://img.vogue.com/1.jpg')];
    const results = verifyResults(
      [
        claim('https://vogue.com/met'),
        claim('https://elle.com/met', { image_url: 'https://img.elle.com/made-up.jpg' }),
      ],
      evidence({ pageUrls, pictures }),
    );
    expect(results.map(({ imageUrl }) => imageUrl)).toEqual(['https://img.vogue.com/1.jpg', '']);
  });

  it('appends pictures on pages that the model did not describe', () => {
    const results = verifyResults(
      [claim('https://vogue.com/met')],
      evidence({
        pageUrls: ['https://vogue.com/met'],
        pictures: [
          picture('https://www.getty.com/a', 'https://getty.com/a.jpg', 'Zendaya <b>arrives</b>'),
          picture('https://www.getty.com/b', 'https://getty.com/b.jpg'),
        ],
      }),
    );
    expect(results.slice(1)).toEqual([
      {
        title: 'Zendaya arrives',
        url: 'https://www.getty.com/a',
        imageUrl: 'https://getty.com/a.jpg',
        snippet: 'Zendaya arrives',
      },
      { title: 'getty.com', url: 'https://www.getty.com/b', imageUrl: 'https://getty.com/b.jpg', snippet: '' },
    ]);
  });

  it('never tells an address that is not public, even if the tool reports it', () => {
    const urls = [
      'javascript:alert(1)',
      'data:text/html,x',
      'ftp://vogue.com/x',
      'https://user:pass@vogue.com/x',
      'http://127.0.0.1/x',
      'http://2130706433/x',
      'http://[::1]/x',
      'http://localhost/x',
      'http://metadata.google.internal/x',
      `https://vogue.com/${'x'.repeat(3_000)}`,
      'nonsense',
    ];
    const pictures = urls.map((url) => picture('https://vogue.com/met', url));
    const claims = [...urls, 'https://vogue.com/met'].map((url) => claim(url));
    expect(verifyResults(claims, evidence({ pageUrls: [...urls, 'https://vogue.com/met'], pictures }))).toEqual([
      { title: 'A gown', url: 'https://vogue.com/met', imageUrl: '', snippet: 'Blue organza.' },
    ]);
  });

  it('keeps the rest of a query as it is spelled', () => {
    expect(publicUrl('https://a.com/?q=met%20gala&utm_medium=x')).toBe('https://a.com/?q=met+gala');
    expect(publicUrl('https://a.com/?q=met%20gala')).toBe('https://a.com/?q=met%20gala');
  });
});

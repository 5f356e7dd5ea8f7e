import type { WebSearchResult } from '../../domain/web-search.js';
import { cleanText } from './clean-text.js';
import { publicUrl, urlKey } from './page-url.js';

/** A page as the language model describes it: nothing in it is known to be true. */
export interface ClaimedPage {
  readonly title: string;
  readonly url: string;
  readonly image_url: string | null;
  readonly snippet: string;
}

/** A picture that the search tool found, with the page it is on. */
export interface FoundPicture {
  readonly imageUrl: string;
  readonly pageUrl: string;
  readonly caption: string;
}

/** What the search tool itself reports. */
export interface SearchEvidence {
  readonly pageUrls: readonly string[];
  readonly pictures: readonly FoundPicture[];
}

const mostResults = 8;
const longestTitle = 200;
const longestSnippet = 500;

/**
 * The results that can be vouched for: language models invent addresses, so a page counts only if the search tool
 * reports its address, a picture only if the tool found it. Pictures on pages that were not described follow at the end.
 */
export function verifyResults(claims: readonly ClaimedPage[], evidence: SearchEvidence): WebSearchResult[] {
  const pictures = evidence.pictures.flatMap((picture) => {
    const [imageUrl, pageUrl] = [publicUrl(picture.imageUrl), publicUrl(picture.pageUrl)];
    return imageUrl && pageUrl ? [{ imageUrl, pageUrl, caption: picture.caption }] : [];
  });
  const pages = new Map<string, string>();
  for (const text of [...evidence.pageUrls, ...pictures.map(({ pageUrl }) => pageUrl)]) {
    const url = publicUrl(text);
    if (url && !pages.has(urlKey(url))) pages.set(urlKey(url), url);
  }
  const pictureOf = (key: string, claimed: string | undefined): string => {
    const own = pictures.filter(({ pageUrl }) => urlKey(pageUrl) === key);
    const found = pictures.find(({ imageUrl }) => claimed !== undefined && urlKey(imageUrl) === urlKey(claimed));
    return (found ?? own[0])?.imageUrl ?? '';
  };

  const results = new Map<string, WebSearchResult>();
  for (const claim of claims) {
    const claimed = publicUrl(claim.url);
    const key = claimed && urlKey(claimed);
    const url = key && pages.get(key);
    if (!key || !url || results.has(key)) continue;
    results.set(key, {
      title: cleanText(claim.title, longestTitle) || hostOf(url),
      url,
      imageUrl: pictureOf(key, publicUrl(claim.image_url)),
      snippet: cleanText(claim.snippet, longestSnippet),
    });
  }
  for (const { imageUrl, pageUrl, caption } of pictures) {
    const key = urlKey(pageUrl);
    if (results.has(key)) continue;
    results.set(key, {
      title: cleanText(caption, longestTitle) || hostOf(pageUrl),
      url: pages.get(key) ?? pageUrl,
      imageUrl,
      snippet: cleanText(caption, longestSnippet),
    });
  }
  return [...results.values()].slice(0, mostResults);
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, '');
}

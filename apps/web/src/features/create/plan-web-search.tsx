import type { ProcessAnswer } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';

/** What the web says about the event or person of a styling, as links; nothing of it is loaded. */
export function PlanWebSearch({ metadata }: { readonly metadata: ProcessAnswer['metadata'] }) {
  const { requires_web_search: wanted, web_search_query: query, web_search_results: results = [] } = metadata;
  if (!wanted) return null;
  return (
    <div className="text-sm">
      <h3>{text.webSearch}</h3>
      {query && <p className="text-muted">{text.webSearchFor(query)}</p>}
      {results.length === 0 && <p className="text-muted">{text.webSearchNone}</p>}
      <ul className="mt-1 space-y-2">
        {results.map(({ title, url, snippet }) => (
          <li key={url}>
            <a
              href={url}
              target="_blank"
              rel="noreferrer noopener"
              className="font-medium break-all text-accent underline"
            >
              {title || url}
            </a>
            <p className="line-clamp-2 break-words text-muted">{snippet}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getSuggestionsAutocomplete } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';
import { useDebounced } from '../../ui/use-debounced.js';
import { helpfulOf, type Typed } from './completion-at.js';
import { useReferences } from './use-catalogue.js';

/** One thing that can stand where something is being typed. */
export interface Completion {
  readonly value: string;
  readonly label: string;
  readonly detail: string;
  /** Of a reference; null for one whose picture is gone. */
  readonly thumbnail?: string | null;
}

const most = 6;

/** What could be meant by what is typed: references after an @, otherwise suggestions and, if wanted, own earlier prompts. */
export function useCompletions(typed: Typed | undefined): {
  readonly completions: readonly Completion[];
  /** There are no references at all. */
  readonly isWithoutReferences: boolean;
} {
  const references = useReferences(typed?.kind === 'reference');
  const phrase = useDebounced(typed?.kind === 'phrase' ? typed.query : undefined, 250);
  const suggestions = useQuery({
    queryKey: ['suggestions', 'autocomplete', phrase],
    queryFn: ({ signal }) => getSuggestionsAutocomplete({ query: phrase ?? '', limit: String(most + 1) }, { signal }),
    enabled: phrase !== undefined,
    staleTime: 60_000,
    // Help that fails is no help, and nothing to tell.
    retry: false,
    placeholderData: keepPreviousData,
  });
  if (typed?.kind === 'reference') {
    const wanted = typed.query.toLowerCase();
    const fitting = (references.data ?? []).filter(
      ({ tag, name }) => tag.toLowerCase().startsWith(wanted) || name.toLowerCase().includes(wanted),
    );
    return {
      completions: fitting.slice(0, 20).map(({ tag, name, thumbnail_url: thumbnail }) => ({
        value: `@${tag}`,
        label: `@${tag}`,
        detail: name === tag ? '' : name,
        thumbnail,
      })),
      isWithoutReferences: references.data?.length === 0 && wanted === '',
    };
  }
  if (typed === undefined || phrase === undefined) return { completions: [], isWithoutReferences: false };
  const helpful = helpfulOf(typed.query, suggestions.data ?? []);
  return {
    completions: helpful.slice(0, most).map(({ text: value, category, description }) => ({
      value,
      label: value,
      detail: category === 'history' ? text.ownPrompt : description,
    })),
    isWithoutReferences: false,
  };
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { getPresets, getPresetsPopular, type Preset } from '../../api/gen/api.js';

/** What the list is narrowed to. */
export interface PresetFilters {
  readonly category: 'all' | 'image' | 'video';
  readonly owner: 'all' | 'me' | 'builtin' | 'shared';
  readonly q: string;
}

export type PopularWindow = 'week' | 'month' | 'all';

/** A preset and the tag that guards changes of it. */
export interface TaggedPreset {
  readonly preset: Preset;
  readonly etag: string | undefined;
}

export function usePresets({ category, owner, q }: PresetFilters) {
  return useQuery({
    queryKey: ['presets', 'list', { category, owner, q }],
    queryFn: ({ signal }) =>
      getPresets(
        {
          ...(category === 'all' ? {} : { category }),
          ...(owner === 'all' ? {} : { owner }),
          ...(q === '' ? {} : { q }),
        },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
}

export function usePopularPresets(window: PopularWindow) {
  return useQuery({
    queryKey: ['presets', 'popular', window],
    queryFn: ({ signal }) => getPresetsPopular({ window, limit: 5 }, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** One preset by its id or the token of a share link. */
export function usePreset(id: string | null) {
  return useQuery({
    queryKey: ['presets', 'one', id],
    queryFn: ({ signal }) => readPreset(id ?? '', signal),
    enabled: id !== null,
  });
}

/** The generated client keeps the body only; the tag is in a header. */
export async function readPreset(id: string, signal?: AbortSignal): Promise<TaggedPreset> {
  const response = await call(`/api/presets/${encodeURIComponent(id)}`, signal ? { signal } : {});
  return { preset: (await response.json()) as Preset, etag: response.headers.get('etag') ?? undefined };
}

/** True for the token of a share link, which stands for an id. */
export function isShareToken(id: string): boolean {
  return id.startsWith('share.');
}

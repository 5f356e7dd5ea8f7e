import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getPresetsIdVersions, type Preset, type PresetVersion, putPresetsId } from '../../api/gen/api.js';
import { presetDetailsStrings as text } from '../../strings/en/presets.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { formatTime } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Loaded } from '../../ui/states.js';
import { toasts } from '../../ui/toasts.js';
import { ParameterChips } from './parameter-chips.js';
import { formOf, toRequest } from './preset-form.js';
import { TemplateText } from './template-text.js';

/** What a preset was, newest first; its owner can go back. */
export function PresetVersions({ preset, etag }: { readonly preset: Preset; readonly etag: string | undefined }) {
  const queries = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ['presets', 'versions', preset.id],
    queryFn: ({ pageParam, signal }) =>
      getPresetsIdVersions(preset.id, { limit: 10, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  const restore = useMutation({
    mutationFn: (version: PresetVersion) =>
      putPresetsId(
        preset.id,
        { ...toRequest(formOf({ ...preset, ...version })), id: preset.id },
        etag === undefined ? {} : { ifMatch: etag },
      ),
    onSuccess: (_, { version }) => toasts.done(text.restored(version)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['presets'] }),
  });
  return (
    <Loaded query={query}>
      {({ pages }) => (
        <div className="space-y-3">
          {restore.error && <ProblemNotice problem={restore.error} />}
          <ol className="space-y-3">
            {pages
              .flatMap(({ items }) => items)
              .map((version) => (
                <li key={version.version} className="rounded-lg border border-line p-3 text-sm">
                  <div className="mb-1 flex flex-wrap items-center gap-2">
                    <h3>{text.version(version.version)}</h3>
                    {version.current && <Badge tone="success">{text.current}</Badge>}
                    <span className="text-xs text-muted">
                      {version.created_at ? formatTime(version.created_at) : text.builtIn}
                    </span>
                    {preset.own && !version.current && (
                      <Button
                        size="small"
                        className="ml-auto"
                        busy={restore.isPending && restore.variables.version === version.version}
                        disabled={restore.isPending}
                        onClick={() => restore.mutate(version)}
                      >
                        {text.restore}
                      </Button>
                    )}
                  </div>
                  {version.name !== preset.name && <p className="font-medium">{version.name}</p>}
                  <p className="mb-2 text-muted">
                    <TemplateText template={version.prompt_template} />
                  </p>
                  <ParameterChips parameters={version.parameters} />
                </li>
              ))}
          </ol>
          {query.hasNextPage && (
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {text.moreVersions}
            </Button>
          )}
        </div>
      )}
    </Loaded>
  );
}

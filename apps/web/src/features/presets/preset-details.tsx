import { useState } from 'react';
import type { Preset } from '../../api/gen/api.js';
import { presetDetailsStrings as text } from '../../strings/en/presets.js';
import { Dialog } from '../../ui/dialog.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { Tabs } from '../../ui/tabs.js';
import { ApplyPreset } from './apply-preset.js';
import { PresetVersions } from './preset-versions.js';
import { isShareToken, usePreset } from './use-presets.js';
import { SharePreset } from './share-preset.js';
import { PresetSummary } from './preset-summary.js';

/** Everything about one preset; `id` may be the token of a share link. */
export function PresetDetails({
  id,
  part,
  onClose,
}: {
  readonly id: string;
  readonly part: string | null;
  readonly onClose: () => void;
}) {
  const query = usePreset(id);
  return (
    <Dialog open onClose={onClose} title={query.data?.preset.name ?? ' '} wide>
      <Loaded query={query} skeleton={<Skeleton className="h-72" />}>
        {({ preset, etag }) => <Details preset={preset} etag={etag} id={id} part={part} />}
      </Loaded>
    </Dialog>
  );
}

function Details({
  preset,
  etag,
  id,
  part,
}: {
  readonly preset: Preset;
  readonly etag: string | undefined;
  readonly id: string;
  readonly part: string | null;
}) {
  const byLink = isShareToken(id);
  const tabs = [
    { value: 'try', label: text.try, panel: <ApplyPreset id={id} template={preset.prompt_template} /> },
    ...(byLink
      ? []
      : [{ value: 'versions', label: text.versions, panel: <PresetVersions preset={preset} etag={etag} /> }]),
    ...(preset.own && !byLink ? [{ value: 'share', label: text.share, panel: <SharePreset id={id} /> }] : []),
  ];
  const [tab, setTab] = useState(tabs.some(({ value }) => value === part) ? (part ?? 'try') : 'try');
  return (
    <div className="space-y-5">
      {byLink && !preset.own && <p className="rounded-lg bg-accent-soft px-3 py-2 text-sm">{text.byLink}</p>}
      <PresetSummary preset={preset} />
      <Tabs label={text.tabs} value={tab} onChange={setTab} tabs={tabs} />
    </div>
  );
}

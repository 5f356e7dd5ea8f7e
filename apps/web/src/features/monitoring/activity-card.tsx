import { Link } from 'wouter';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { formatName } from '../../ui/format.js';
import { TimeAgo } from '../../ui/time-ago.js';
import type { Dashboard } from './use-monitoring.js';

type Activity = Dashboard['recent_activity'][number];
const tones: Readonly<Record<string, Tone>> = { failed: 'danger', cancelled: 'neutral' };

/** What was planned and made last. Only what did not simply succeed says how it went. */
export function ActivityCard({ activity }: { readonly activity: readonly Activity[] }) {
  return (
    <Card heading={text.activity} className="min-w-0">
      {activity.length === 0 ? (
        <p className="py-6 text-center text-sm text-muted">{text.noActivity}</p>
      ) : (
        <ul className="max-h-96 divide-y divide-line overflow-y-auto text-sm" tabIndex={0} aria-label={text.activity}>
          {activity.map((one) => (
            <li key={`${one.type} ${one.id}`} className="flex items-center gap-3 py-2 pr-1">
              <span className="w-20 shrink-0 text-xs text-muted">{text.kinds[one.type]}</span>
              <Title activity={one} />
              {one.status !== 'completed' && (
                <Badge tone={tones[one.status] ?? 'accent'}>{formatName(one.status)}</Badge>
              )}
              <TimeAgo iso={one.at} className="hidden w-24 shrink-0 text-right text-xs text-muted sm:block" />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Generations have a page of their own. */
function Title({ activity: { type, id, title } }: { readonly activity: Activity }) {
  const said = title || text.untitled;
  const className = 'min-w-0 flex-1 truncate';
  if (type !== 'image' && type !== 'video') return <span className={className}>{said}</span>;
  return (
    <Link href={`/gallery/${id}`} className={`${className} underline-offset-2 hover:underline`}>
      {said}
    </Link>
  );
}

import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { useRecentErrors } from './use-monitoring.js';

/** What failed last through the system’s own fault. */
export function ErrorsCard() {
  return (
    <Card heading={text.recentErrors} className="min-w-0">
      <Loaded query={useRecentErrors()}>
        {({ errors }) =>
          errors.length === 0 ? (
            <p className="py-6 text-center text-sm text-muted">{text.noErrors}</p>
          ) : (
            <ul
              className="max-h-96 divide-y divide-line overflow-y-auto text-sm"
              tabIndex={0}
              aria-label={text.recentErrors}
            >
              {errors.map((error) => (
                <li key={`${error.at} ${error.request_id ?? ''} ${error.code}`} className="space-y-0.5 py-2 pr-1">
                  <div className="flex flex-wrap items-center justify-between gap-x-3">
                    <Badge tone="danger">{error.code}</Badge>
                    <TimeAgo iso={error.at} className="text-xs text-muted" />
                  </div>
                  <p className="break-words">{error.message}</p>
                  <p className="text-xs break-all text-muted">{text.errorPlace(error.service, error.path)}</p>
                  {error.request_id && <p className="text-xs break-all text-muted">{text.request(error.request_id)}</p>}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

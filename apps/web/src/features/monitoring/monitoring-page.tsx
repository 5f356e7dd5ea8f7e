import { useState } from 'react';
import { useIsAdmin } from '../../api/use-me.js';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { AdminsOnly } from '../../ui/admins-only.js';
import { Page } from '../../ui/page.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { ActivityCard } from './activity-card.js';
import { Attention } from './attention.js';
import { charts } from './charts.js';
import { ClassificationCard } from './classification-card.js';
import { CostsCard } from './costs-card.js';
import { EndpointsCard } from './endpoints-card.js';
import { ErrorsCard } from './errors-card.js';
import { Overview } from './overview.js';
import { PresetsCard } from './presets-card.js';
import { ProvidersCard } from './providers-card.js';
import { QueueCard } from './queue-card.js';
import { RefreshControls } from './refresh-controls.js';
import { ResetStatistics } from './reset-statistics.js';
import { toRows } from './series.js';
import { TargetsCard } from './targets-card.js';
import { TimeChart } from './time-chart.js';
import { useDashboard, useQueue, useSeries } from './use-monitoring.js';
import type { Window } from './windows.js';

/** Always dark: it hangs on walls. */
export function MonitoringPage() {
  const admin = useIsAdmin();
  const [window, setWindow] = useState<Window>('1h');
  return (
    <div data-theme="dark" className="min-h-dvh bg-canvas text-ink">
      <Page
        title={text.title}
        description={text.description}
        className="max-w-[100rem]"
        actions={admin && <RefreshControls window={window} onWindow={setWindow} />}
      >
        <AdminsOnly>
          <Board window={window} />
        </AdminsOnly>
      </Page>
    </div>
  );
}

function Board({ window }: { readonly window: Window }) {
  const dashboard = useDashboard();
  const queue = useQueue();
  const series = useSeries(window);
  return (
    <div className="space-y-4">
      {dashboard.error && dashboard.data && (
        <ProblemNotice problem={dashboard.error} onRetry={() => void dashboard.refetch()} />
      )}
      {dashboard.data && <Attention providers={dashboard.data.providers} queue={queue.data} />}
      <Loaded query={series} skeleton={<Skeleton className="h-[36rem]" />}>
        {(shown) => {
          const rows = toRows(shown);
          return (
            <>
              <Overview rows={rows} step={shown.step} dashboard={dashboard.data} queue={queue.data} />
              <div className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
                {charts.map((definition) => (
                  <TimeChart key={definition.heading} {...{ definition, rows, shown }} />
                ))}
              </div>
            </>
          );
        }}
      </Loaded>
      <Loaded query={dashboard} skeleton={<Skeleton className="h-96" />}>
        {(data) => (
          <>
            <div className="gap-4 *:mb-4 *:break-inside-avoid lg:columns-2 2xl:columns-3">
              <TargetsCard targets={data.targets} />
              <ClassificationCard window={window} />
              <CostsCard costs={data.costs} />
              <ProvidersCard providers={data.providers} />
              <QueueCard />
              <PresetsCard presets={data.popular_presets} />
              <ActivityCard activity={data.recent_activity} />
              <ErrorsCard />
            </div>
            <EndpointsCard />
            <footer className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 text-sm text-muted">
              <p>
                {text.updated} <TimeAgo iso={new Date(dashboard.dataUpdatedAt).toISOString()} />. {text.older}
              </p>
              <ResetStatistics since={data.reset_at} />
            </footer>
          </>
        )}
      </Loaded>
    </div>
  );
}

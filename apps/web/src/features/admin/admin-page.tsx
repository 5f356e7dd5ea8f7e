import { type ComponentType, Suspense } from 'react';
import { useLocation, useParams } from 'wouter';
import { loadPage } from '../../shell/load-page.js';
import { adminStrings as text } from '../../strings/en/admin.js';
import { AdminsOnly } from '../../ui/admins-only.js';
import { Page } from '../../ui/page.js';
import { Skeleton } from '../../ui/states.js';
import { Tabs } from '../../ui/tabs.js';

const sections: Readonly<Record<keyof typeof text.sections, ComponentType>> = {
  keys: loadPage(() => import('./keys-section.js'), 'KeysSection'),
  providers: loadPage(() => import('./providers-section.js'), 'ProvidersSection'),
  limits: loadPage(() => import('./limits-section.js'), 'LimitsSection'),
  budgets: loadPage(() => import('./budgets-section.js'), 'BudgetsSection'),
  alerts: loadPage(() => import('./alerts-section.js'), 'AlertsSection'),
  rollout: loadPage(() => import('./rollout-section.js'), 'RolloutSection'),
  queue: loadPage(() => import('./queue-section.js'), 'QueueSection'),
  audit: loadPage(() => import('./audit-section.js'), 'AuditSection'),
};
const names = Object.keys(sections) as (keyof typeof sections)[];

/** What operators change at run time, one section at a time; the section is in the address. */
export function AdminPage() {
  const { section = 'keys' } = useParams<{ section?: string }>();
  const [, navigate] = useLocation();
  const shown = names.find((name) => name === section) ?? 'keys';
  return (
    <Page title={text.title} description={text.description}>
      <AdminsOnly>
        <Tabs
          label={text.sectionsLabel}
          value={shown}
          onChange={(next) => navigate(`/admin/${next}`)}
          tabs={names.map((name) => {
            const Section = sections[name];
            return {
              value: name,
              label: text.sections[name],
              panel: (
                <Suspense fallback={<Skeleton className="h-64" />}>
                  <Section />
                </Suspense>
              ),
            };
          })}
        />
      </AdminsOnly>
    </Page>
  );
}

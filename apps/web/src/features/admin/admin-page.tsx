import { type ComponentType, lazy, Suspense } from 'react';
import { useLocation, useParams } from 'wouter';
import { adminStrings as text } from '../../strings/en/admin.js';
import { AdminsOnly } from '../../ui/admins-only.js';
import { Page } from '../../ui/page.js';
import { Skeleton } from '../../ui/states.js';
import { Tabs } from '../../ui/tabs.js';

const sections: Readonly<Record<keyof typeof text.sections, ComponentType>> = {
  keys: lazy(async () => ({ default: (await import('./keys-section.js')).KeysSection })),
  providers: lazy(async () => ({ default: (await import('./providers-section.js')).ProvidersSection })),
  limits: lazy(async () => ({ default: (await import('./limits-section.js')).LimitsSection })),
  budgets: lazy(async () => ({ default: (await import('./budgets-section.js')).BudgetsSection })),
  alerts: lazy(async () => ({ default: (await import('./alerts-section.js')).AlertsSection })),
  rollout: lazy(async () => ({ default: (await import('./rollout-section.js')).RolloutSection })),
  queue: lazy(async () => ({ default: (await import('./queue-section.js')).QueueSection })),
  audit: lazy(async () => ({ default: (await import('./audit-section.js')).AuditSection })),
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

import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ComponentType, Suspense, useMemo } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { createQueryClient } from './api/query-client.js';
import { useCredentials } from './api/session.js';
import { CrashNotice } from './shell/crash-notice.js';
import { loadPage } from './shell/load-page.js';
import { NotFound } from './shell/not-found.js';
import { Shell } from './shell/shell.js';
import { SignIn } from './shell/sign-in.js';
import { Skeleton } from './ui/states.js';
import { Toasts } from './ui/toasts.js';

/** One chunk each: who only creates never loads a chart. */
const pages: readonly [path: string, page: ComponentType][] = [
  ['/', loadPage(() => import('./features/create/create-page.js'), 'CreatePage')],
  ['/gallery', loadPage(() => import('./features/gallery/gallery-page.js'), 'GalleryPage')],
  ['/gallery/:id', loadPage(() => import('./features/gallery/generation-page.js'), 'GenerationPage')],
  ['/sessions/:id', loadPage(() => import('./features/gallery/session-page.js'), 'SessionPage')],
  ['/presets', loadPage(() => import('./features/presets/presets-page.js'), 'PresetsPage')],
  ['/references', loadPage(() => import('./features/references/references-page.js'), 'ReferencesPage')],
  ['/playground', loadPage(() => import('./features/playground/playground-page.js'), 'PlaygroundPage')],
  ['/compare', loadPage(() => import('./features/compare/compare-page.js'), 'ComparePage')],
  ['/monitoring', loadPage(() => import('./features/monitoring/monitoring-page.js'), 'MonitoringPage')],
  ['/experiments', loadPage(() => import('./features/experiments/experiments-page.js'), 'ExperimentsPage')],
  ['/admin/:section?', loadPage(() => import('./features/admin/admin-page.js'), 'AdminPage')],
  ['/settings', loadPage(() => import('./features/account/settings-page.js'), 'SettingsPage')],
];

/** The whole application: nothing but the sign-in without credentials, and the page that was asked for with them. */
export function App() {
  const credentials = useCredentials();
  // What was loaded with one key is never shown to whoever comes with the next.
  const queries = useMemo(() => createQueryClient(), [credentials]);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <Toasts>
          {credentials === null ? (
            <SignIn />
          ) : (
            <Shell>
              <CrashNotice>
                <Suspense fallback={<Skeleton className="m-6 h-64" />}>
                  <Switch>
                    {pages.map(([path, page]) => (
                      <Route key={path} path={path} component={page as ComponentType<object>} />
                    ))}
                    <Route path="/create">
                      <Redirect to="/" />
                    </Route>
                    <Route component={NotFound} />
                  </Switch>
                </Suspense>
              </CrashNotice>
            </Shell>
          )}
        </Toasts>
      </QueryClientProvider>
    </CSPProvider>
  );
}

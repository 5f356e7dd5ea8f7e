import { useMe } from '../../api/use-me.js';
import { accountStrings as text } from '../../strings/en/account.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { Page } from '../../ui/page.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { BrowserSettings } from './browser-settings.js';
import { OwnData } from './own-data.js';
import { PreferencesCard } from './preferences-card.js';

/** What this browser remembers, the account's preferences, and everything stored about the caller. */
export function SettingsPage() {
  const me = useMe();
  return (
    <Page title={text.title} description={text.description} className="max-w-3xl">
      <div className="space-y-5">
        <Card heading={text.you}>
          <Loaded query={me} skeleton={<Skeleton className="h-12" />}>
            {({ user_id, scopes }) => (
              <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
                <dt className="text-muted">{text.user}</dt>
                <dd className="font-medium break-all">{user_id}</dd>
                <dt className="text-muted">{text.scopes}</dt>
                <dd className="flex flex-wrap gap-1.5">
                  {scopes.map((scope) => (
                    <Badge key={scope} tone="accent">
                      {text.scopeNames[scope]}
                    </Badge>
                  ))}
                </dd>
              </dl>
            )}
          </Loaded>
        </Card>
        <BrowserSettings />
        <PreferencesCard />
        <OwnData />
      </div>
    </Page>
  );
}

import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { session } from '../api/session.js';
import { useMe } from '../api/use-me.js';
import { settings, useSettings } from '../settings/settings.js';
import { shellStrings as text } from '../strings/en/shell.js';
import { Button } from '../ui/button.js';

const next = { system: 'light', light: 'dark', dark: 'system' } as const;
const icons = { system: Monitor, light: Sun, dark: Moon };

/** Who is signed in, the theme, the API's documentation and the way out. */
export function AccountMenu() {
  const { data } = useMe();
  const { theme } = useSettings();
  const Icon = icons[theme];
  return (
    <div className="space-y-1 border-t border-line pt-2">
      {data && (
        <p className="truncate px-2.5 text-xs text-muted" title={data.user_id}>
          {text.signedInAs(data.user_id)}
        </p>
      )}
      <div className="flex items-center gap-1">
        <Button
          look="plain"
          size="icon"
          aria-label={text.theme(theme)}
          title={text.theme(theme)}
          onClick={() => settings.set({ theme: next[theme] })}
          icon={<Icon className="size-4.5" />}
        />
        <a href="/docs" className="rounded-md px-2 py-1 text-sm text-muted hover:text-ink">
          {text.api}
        </a>
        <Button
          look="plain"
          size="icon"
          className="ml-auto"
          aria-label={text.signOut}
          title={text.signOut}
          onClick={() => session.close('signed-out')}
          icon={<LogOut className="size-4.5" />}
        />
      </div>
    </div>
  );
}

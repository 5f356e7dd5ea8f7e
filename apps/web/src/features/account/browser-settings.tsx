import { settings, useSettings } from '../../settings/settings.js';
import { accountStrings as text } from '../../strings/en/account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Segmented } from '../../ui/segmented.js';
import { Switch } from '../../ui/switch.js';
import { toasts } from '../../ui/toasts.js';

export function BrowserSettings() {
  const { theme, showAdvanced, autoRefresh } = useSettings();
  return (
    <Card heading={text.browser}>
      <p className="mb-4 text-sm text-muted">{text.browserHint}</p>
      <div className="flex flex-col items-start gap-4">
        <div className="space-y-1">
          <p className="text-sm font-medium">{text.theme}</p>
          <Segmented
            label={text.theme}
            value={theme}
            choices={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: text.themes[value] }))}
            onChoose={(next) => settings.set({ theme: next })}
          />
        </div>
        <Switch
          label={text.showAdvanced}
          checked={showAdvanced}
          onChange={(on) => settings.set({ showAdvanced: on })}
        />
        <Switch label={text.autoRefresh} checked={autoRefresh} onChange={(on) => settings.set({ autoRefresh: on })} />
        <Button
          onClick={() => {
            settings.reset();
            toasts.done(text.resetBrowserDone);
          }}
        >
          {text.resetBrowser}
        </Button>
      </div>
    </Card>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { settings, useSettings } from '../../settings/settings.js';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Button } from '../../ui/button.js';
import { Segmented } from '../../ui/segmented.js';
import { Switch } from '../../ui/switch.js';
import { type Window, windowChoices } from './windows.js';

/** Which time is shown, and when it is asked for again. */
export function RefreshControls({
  window,
  onWindow,
}: {
  readonly window: Window;
  readonly onWindow: (window: Window) => void;
}) {
  const { autoRefresh } = useSettings();
  const queries = useQueryClient();
  const [refreshing, setRefreshing] = useState(false);
  const refresh = async () => {
    setRefreshing(true);
    await queries.invalidateQueries({ queryKey: ['monitoring'] }).finally(() => setRefreshing(false));
  };
  return (
    <>
      <Segmented label={text.window} value={window} choices={windowChoices} onChoose={onWindow} />
      <Switch
        label={text.autoRefresh}
        checked={autoRefresh}
        onChange={(checked) => settings.set({ autoRefresh: checked })}
      />
      <Button
        size="small"
        icon={<RefreshCw className={`size-4 ${refreshing ? 'animate-spin' : ''}`} aria-hidden />}
        aria-busy={refreshing}
        onClick={() => void refresh()}
      >
        {text.refresh}
      </Button>
    </>
  );
}

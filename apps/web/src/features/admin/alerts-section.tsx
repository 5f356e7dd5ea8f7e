import { AlertChannels } from './alert-channels.js';
import { AlertHistory } from './alert-history.js';
import { AlertRules } from './alert-rules.js';

/** What went wrong, what is watched, and who is told. */
export function AlertsSection() {
  return (
    <div className="space-y-5">
      <AlertHistory />
      <AlertRules />
      <AlertChannels />
    </div>
  );
}

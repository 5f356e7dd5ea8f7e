import { Page } from '../../ui/page.js';

export function MonitoringPage() {
  return <Page title="MonitoringPage">{null}</Page>;
}

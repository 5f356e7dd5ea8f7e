import { Page } from '../../ui/page.js';

export function PresetsPage() {
  return <Page title="PresetsPage">{null}</Page>;
}

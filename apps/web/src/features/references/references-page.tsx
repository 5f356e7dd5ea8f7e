import { Page } from '../../ui/page.js';

export function ReferencesPage() {
  return <Page title="ReferencesPage">{null}</Page>;
}

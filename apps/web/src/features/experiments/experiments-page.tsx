import { Page } from '../../ui/page.js';

export function ExperimentsPage() {
  return <Page title="ExperimentsPage">{null}</Page>;
}

import { Page } from '../../ui/page.js';

export function GenerationPage() {
  return <Page title="GenerationPage">{null}</Page>;
}

import { Page } from '../../ui/page.js';

export function SessionPage() {
  return <Page title="SessionPage">{null}</Page>;
}

import { Page } from '../../ui/page.js';

export function AdminPage() {
  return <Page title="AdminPage">{null}</Page>;
}

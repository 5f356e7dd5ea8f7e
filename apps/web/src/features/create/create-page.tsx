import { Page } from '../../ui/page.js';

export function CreatePage() {
  return <Page title="CreatePage">{null}</Page>;
}

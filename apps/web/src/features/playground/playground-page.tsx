import { Page } from '../../ui/page.js';

export function PlaygroundPage() {
  return <Page title="PlaygroundPage">{null}</Page>;
}

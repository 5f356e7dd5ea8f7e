import { Page } from '../../ui/page.js';

export function GalleryPage() {
  return <Page title="GalleryPage">{null}</Page>;
}

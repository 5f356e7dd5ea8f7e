export { printJson } from './print-json.js';
export {
  NotPublishedError,
  type PublishedModel,
  type PublisherAccess,
  readPublishedModel,
} from './read-published-model.js';
export { type CatalogueFile, type CatalogueRefresh, type ModelReport, refreshCatalogue } from './refresh-catalogue.js';

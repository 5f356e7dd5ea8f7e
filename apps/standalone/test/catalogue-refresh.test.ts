import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogueFile, parseCatalogue, readPublishedModel, refreshCatalogue } from '@atelier/model-catalog';
import { startProviderSandbox } from '@atelier/provider-sandbox';
import { root } from './standalone-process.js';

it('refreshes the catalogue from the API of the sandbox: every model is there, and no mapping breaks', async () => {
  const file = JSON.parse(await readFile(join(root, 'libs/model-catalog/data/models.json'), 'utf8')) as CatalogueFile;
  const sandbox = await startProviderSandbox();
  try {
    const access = { token: 'any', baseUrl: sandbox.replicateBaseUrl, fetch };
    const { data, reports } = await refreshCatalogue(file, (modelId) => readPublishedModel(access, modelId));
    expect(reports.flatMap(({ modelId, problems }) => problems.map((problem) => `${modelId}: ${problem}`))).toEqual([]);
    expect(reports.length).toBeGreaterThanOrEqual(20);
    expect(() => parseCatalogue(data)).not.toThrow();
  } finally {
    await sandbox.close();
  }
});

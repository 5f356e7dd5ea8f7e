import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const here = import.meta.dirname;

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(join(here, folder))).toSorted();
}

it('every provider has the same files, so that who knows one knows all', async () => {
  const entries = await readdir(here, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !['policies', 'transport'].includes(entry.name));
  expect(folders.map(({ name }) => name).toSorted()).toEqual(['gemini', 'openai', 'replicate']);
  for (const { name } of folders) {
    expect([name, ...(await filesOf(name))]).toEqual([
      name,
      'adapter.spec.ts',
      'create-adapter.ts',
      'find-submitted.ts',
      'map-error.ts',
      'parse-output.ts',
      'prepare-input.ts',
    ]);
  }
});

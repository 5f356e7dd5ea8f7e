// Writes .env.example from the configuration of every deployable; with --check only says whether it is out of date.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

const file = join(root, '.env.example');
const { z } = await import('zod');
const sources = [join(root, 'libs/service-defaults/dist/common-config.js')];
for (const name of readdirSync(join(root, 'apps'))) {
  const path = join(root, 'apps', name, `dist/${name}.config.js`);
  if (existsSync(path)) sources.push(path);
}
const isShape = (value) =>
  value &&
  typeof value === 'object' &&
  Object.values(value).length > 0 &&
  Object.values(value).every((item) => item instanceof z.ZodType);
const variables = new Map();
for (const source of sources) {
  for (const shape of Object.values(await import(pathToFileURL(source).href)).filter(isShape)) {
    for (const [name, type] of Object.entries(shape)) {
      const known = variables.get(name);
      if (!known || (!known.description && type.description))
        variables.set(name, { description: type.description, type });
    }
  }
}
const fallback = (type) => {
  for (let inner = type; inner; inner = inner.def?.innerType ?? inner.def?.in) {
    const value = inner.def?.type === 'default' ? inner.def.defaultValue : undefined;
    if (value !== undefined) return String(value);
  }
  return '';
};
const blocks = [...variables]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, { description, type }]) => `# ${description ?? ''}\n# ${name}=${fallback(type)}\n`);
const undescribed = [...variables].filter(([, { description }]) => !description).map(([name]) => name);
const text = `# Every setting with its default. Empty means unset. NAME_FILE may name a file that holds the value of NAME.\n\n${blocks.join('\n')}`;
if (undescribed.length > 0) {
  console.log(`without a description: ${undescribed.join(', ')}`);
  process.exitCode = 1;
}
if (process.argv.includes('--check')) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.log('.env.example is out of date: run npm run docs:env');
    process.exitCode = 1;
  }
} else writeFileSync(file, text);

// Writes docs/errors/<REASON>.md from every service's error catalogue; with --check only says what is out of date.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

const folder = join(root, 'docs/errors');
const check = process.argv.includes('--check');
const { httpStatusOf } = await import(pathToFileURL(join(root, 'libs/errors/dist/index.js')).href);

const files = ['apps', 'libs'].flatMap((kind) =>
  readdirSync(join(root, kind)).flatMap((name) => {
    const dist = join(root, kind, name, 'dist');
    return existsSync(dist)
      ? readdirSync(dist, { recursive: true })
          .filter((file) => file.endsWith('.errors.js'))
          .map((file) => join(dist, file))
      : [];
  }),
);
const pages = new Map();
for (const file of files) {
  for (const value of Object.values(await import(pathToFileURL(file).href))) {
    if (typeof value?.domain !== 'string' || typeof value?.definitions !== 'object') continue;
    for (const [reason, definition] of Object.entries(value.definitions)) {
      const page = `# ${definition.title}\n\n| | |\n|---|---|\n| code | \`${reason}\` |\n| HTTP status | ${definition.httpStatus ?? httpStatusOf(definition.code)} |\n| gRPC status | ${definition.code} |\n| raised by | ${value.domain} |\n\n${definition.message}\n\n**What to do:** ${definition.remedy}\n`;
      const earlier = pages.get(reason);
      if (earlier && earlier !== page) console.log(`${reason}: declared twice with different meanings`);
      pages.set(reason, page);
    }
  }
}
const codes = [...pages.keys()].sort();
pages.set(
  'README',
  `# Error codes\n\nEvery problem answer carries one of these in \`code\`; its \`type\` leads to the page.\n\n${codes.map((code) => `- [${code}](${code}.md)`).join('\n')}\n`,
);

mkdirSync(folder, { recursive: true });
const existing = new Set(
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -3)),
);
const stale = [...pages].filter(
  ([name, text]) => !existing.has(name) || readFileSync(join(folder, `${name}.md`), 'utf8') !== text,
);
const surplus = [...existing].filter((name) => !pages.has(name));
if (check) {
  for (const [name] of stale) console.log(`docs/errors/${name}.md is out of date: run npm run docs:errors`);
  for (const name of surplus) console.log(`docs/errors/${name}.md: no catalogue has this code`);
  process.exit(stale.length + surplus.length === 0 ? 0 : 1);
}
for (const [name, text] of stale) writeFileSync(join(folder, `${name}.md`), text);
for (const name of surplus) rmSync(join(folder, `${name}.md`));
console.log(`${codes.length} codes, ${stale.length} pages written, ${surplus.length} removed`);

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
// A code means the same wherever it is raised; only the words may differ.
const kinds = new Map();
for (const file of files) {
  for (const value of Object.values(await import(pathToFileURL(file).href))) {
    if (typeof value?.domain !== 'string' || typeof value?.definitions !== 'object') continue;
    for (const [reason, definition] of Object.entries(value.definitions)) {
      const status = definition.httpStatus ?? httpStatusOf(definition.code);
      const known = kinds.get(reason) ?? { ...definition, status, domains: [] };
      if (known.title !== definition.title || known.status !== status || known.code !== definition.code) {
        console.log(`${reason}: declared by ${known.domains} and by ${value.domain} with different meanings`);
        process.exitCode = 1;
      }
      known.domains.push(value.domain);
      kinds.set(reason, known);
    }
  }
}
const pages = new Map(
  [...kinds].map(([reason, { title, status, code, domains, message, remedy }]) => [
    reason,
    `# ${title}\n\n| | |\n|---|---|\n| code | \`${reason}\` |\n| HTTP status | ${status} |\n| gRPC status | ${code} |\n| raised by | ${domains.sort().join(', ')} |\n\n${message}\n\n**What to do:** ${remedy}\n`,
  ]),
);
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
  process.exit(stale.length + surplus.length === 0 ? (process.exitCode ?? 0) : 1);
}
for (const [name, text] of stale) writeFileSync(join(folder, `${name}.md`), text);
for (const name of surplus) rmSync(join(folder, `${name}.md`));
console.log(`${codes.length} codes, ${stale.length} pages written, ${surplus.length} removed`);

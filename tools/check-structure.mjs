// The parts of the house style that a script can check: rooms of every app and lib, sizes, and words that don't belong in the tree.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const problems = [];
const lines = (path) => readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length;
const services = [
  'classifier',
  'model-selector',
  'generation',
  'playground-processor',
  'presets',
  'analytics',
  'gateway',
];
const tracked = run('git', ['ls-files'], { capture: true })
  .output.trim()
  .split('\n')
  .filter((path) => existsSync(join(root, path)));

for (const folder of ['apps', 'libs']) {
  for (const name of readdirSync(join(root, folder))) {
    const at = `${folder}/${name}`;
    if (!existsSync(join(root, at, 'package.json'))) continue;
    if (!existsSync(join(root, at, 'README.md'))) problems.push(`${at}: has no README.md`);
    if (
      !['contracts', 'testing'].includes(name) &&
      !tracked.some((path) => path.startsWith(`${at}/`) && /\.(spec|test)\.tsx?$/.test(path))
    ) {
      problems.push(`${at}: has no test`);
    }
    const index = `${at}/src/index.ts`;
    if (existsSync(join(root, index))) {
      if (lines(index) > 30) problems.push(`${index}: a public surface of more than 30 lines`);
      if (/^export \*/m.test(readFileSync(join(root, index), 'utf8')))
        problems.push(`${index}: export * hides the public surface`);
    }
  }
}
for (const name of services) {
  for (const file of [`src/main.ts`, `src/${name}.module.ts`, `src/${name}.config.ts`, `src/${name}.errors.ts`]) {
    if (!existsSync(join(root, 'apps', name, file))) problems.push(`apps/${name}/${file}: missing room`);
  }
  const main = `apps/${name}/src/main.ts`;
  if (existsSync(join(root, main)) && lines(main) > 30) problems.push(`${main}: more than 30 lines`);
}
const forbidden = [
  [/\bregistry\.npmjs\.org|pypi\.org\/simple|repo\.maven\.apache\.org/, 'names a package registry'],
  [/(^|[^\w])\/(work|root|home\/\w+)\/[\w.]/, 'holds a path of some machine'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'holds a private key'],
];
for (const path of tracked.filter(
  (name) => /\.(tsx?|mjs|json|md|ya?ml|proto|html|css|csv|tpl)$/.test(name) || name === '.ci/run',
)) {
  if (path === 'tools/check-structure.mjs' || path.includes('/data/')) continue;
  const text = readFileSync(join(root, path), 'utf8');
  for (const [pattern, what] of forbidden) if (pattern.test(text)) problems.push(`${path}: ${what}`);
}
for (const problem of problems) console.log(problem);
process.exit(problems.length === 0 ? 0 : 1);

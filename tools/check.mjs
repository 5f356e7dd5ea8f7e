// `npm run check`: everything that can be said about the tree without running it. One line per step, the output of what failed.
import { node, run } from './run.mjs';

const steps = [
  ['format', 'oxfmt', ['--check', '.']],
  ['build', 'nx', ['run-many', '-t', 'build', '--outputStyle=static']],
  ['lint', 'nx', ['run-many', '-t', 'lint', '--outputStyle=static']],
  ['lint of tools', 'oxlint', ['tools', 'bench']],
  ['types', 'nx', ['run-many', '-t', 'typecheck', '--outputStyle=static']],
  ['contracts: lint', 'buf', ['lint']],
  ['contracts: format', 'buf', ['format', '--diff', '--exit-code']],
  ['contracts: nothing breaks', 'buf', ['breaking', '--against', 'proto/baseline.binpb']],
  ['migrations: the last release goes on', node, ['tools/check-migrations.mjs']],
  ['boundaries and cycles', 'depcruise', ['--config', '.dependency-cruiser.mjs', 'apps', 'libs']],
  ['structure', node, ['tools/check-structure.mjs']],
  ['error pages', node, ['tools/error-pages.mjs', '--check']],
  ['.env.example', node, ['tools/env-example.mjs', '--check']],
];

const cleanBefore = run('git', ['status', '--porcelain'], { capture: true }).output;
let failed = 0;
for (const [name, command, args] of steps) {
  const start = performance.now();
  const { ok, output } = run(command, args, { capture: true });
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  if (!ok) {
    failed += 1;
    console.log(output);
  }
}
if (run('git', ['status', '--porcelain'], { capture: true }).output !== cleanBefore) {
  failed += 1;
  console.log('FAILED clean tree: generating or building changed tracked files');
}
console.log(failed === 0 ? `All ${steps.length} checks passed.` : `${failed} checks failed.`);
process.exit(failed === 0 ? 0 : 1);

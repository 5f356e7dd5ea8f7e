// `node tools/image-files.mjs <app> <folder>`: what the image of an app contains, and nothing else.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { root } from './run.mjs';
import { foldersOf, serviceVersion } from './service-version.mjs';

/** Beside what was built. */
const kept = ['package.json', 'dist', 'data', 'assets'];
/** Other folders that an app reads. */
const more = { gateway: ['docs', 'apps/web/dist'] };
/** Asked for by name at run time. */
const loadedByName = { '@nestjs/microservices': ['@grpc/proto-loader'] };
const notRun = /\.(d\.[cm]?ts|tsbuildinfo|md|markdown|flow)$|[cm]?js\.map$/;

const [app, out] = process.argv.slice(2);
if (app === '--help' || app === '-h') {
  console.log(`node tools/image-files.mjs <app> <folder>

Copies what an app needs to run – its build, its libraries, the third-party packages that they import – into a new folder with
main.mjs to start and sbom.cdx.json (CycloneDX) to look up. deploy/Dockerfile uses it; the app must be built.`);
  process.exit(0);
}
const refuse = (why, code) => {
  console.error(`image-files: ${why}`);
  process.exit(code);
};
if (!app || !out) refuse('which app, and where to? node tools/image-files.mjs <app> <folder>', 64);
if (!existsSync(join(root, 'apps', app, 'package.json'))) refuse(`there is no app ${app}`, 64);
if (!existsSync(join(root, 'apps', app, 'dist/main.js'))) refuse(`apps/${app} is not built`, 1);
if (existsSync(out) && readdirSync(out).length > 0) refuse(`${out} is not empty`, 1);

const installed = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies;
const folders = foldersOf(app);
const packages = new Map();
for (const folder of folders) {
  for (const name of kept) copy(join(folder, name));
  for (const name of importedBy(join(root, folder, 'dist'))) take(name, join(root, folder), folder);
}
for (const folder of more[app] ?? []) copy(folder);
for (const path of packages.keys()) copy(path);
mkdirSync(join(out, 'node_modules/@atelier'), { recursive: true });
for (const folder of folders.filter((one) => one.startsWith('libs/')))
  symlinkSync(join('../..', folder), join(out, 'node_modules/@atelier', basename(folder)));
writeFileSync(join(out, 'main.mjs'), `await import('./apps/${app}/dist/main.js');\n`);
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name: app, private: true, type: 'module' })}\n`);
writeFileSync(join(out, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(), undefined, 1)}\n`);
console.log(`${folders.length} folders of ours and ${packages.size} packages`);

function copy(path) {
  const from = join(root, path);
  if (!existsSync(from)) return;
  cpSync(from, join(out, path), {
    recursive: true,
    dereference: false,
    // Packages inside packages are taken one by one, when somebody imports them.
    filter: (one) =>
      one === from || (basename(one) !== 'node_modules' && (path === 'docs' || !notRun.test(one) || isOurs(one))),
  });
}

/** Source maps of our own code make its stacks readable. */
function isOurs(path) {
  return !path.includes('node_modules') && path.endsWith('.map') && !path.endsWith('.d.ts.map');
}

/** Names of our dependencies that built code imports, in whatever way it says so. */
function importedBy(folder) {
  const names = new Set();
  if (!existsSync(folder)) return names;
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => /\.[cm]?js$/.test(name))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const said =
      /(?:from|import|import\(|require\(|resolve\(|require\.resolve\()\s*['"]((?:@[\w.-]+\/)?[a-z0-9][\w.-]*)(?:\/[^'"]*)?['"]/g;
    for (const [, name] of text.matchAll(said)) if (name in installed) names.add(name);
  }
  return names;
}

/** Takes a package as Node would find it from a folder, with what it depends on. */
function take(name, from, wantedBy, isOptional = false) {
  let at = from;
  while (!existsSync(join(at, 'node_modules', name, 'package.json'))) {
    if (at === root || at === dirname(at)) {
      if (isOptional) return;
      refuse(`${wantedBy} needs ${name}, which is not installed`, 1);
    }
    at = dirname(at);
  }
  const folder = join(at, 'node_modules', name);
  const path = relative(root, folder);
  if (packages.has(path)) return;
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  packages.set(path, about);
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = about;
  for (const one of [...Object.keys(dependencies), ...(loadedByName[name] ?? [])])
    take(one, folder, name, one in optionalDependencies);
  for (const one of Object.keys(optionalDependencies)) take(one, folder, name, true);
  for (const one of Object.keys(peerDependencies))
    if (!peerDependenciesMeta[one]?.optional) take(one, folder, name, true);
}

function billOfMaterials() {
  const components = [...packages.values()].map(({ name, version, license }) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(typeof license === 'string' ? { licenses: [{ expression: license }] } : {}),
  }));
  const version = process.env.SERVICE_VERSION || serviceVersion(app);
  const component = { type: 'application', name: `atelier-${app}`, version, licenses: [{ expression: 'Apache-2.0' }] };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component }, components };
}

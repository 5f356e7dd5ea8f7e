// `node tools/build-image.mjs <app>`: the image of an app under the version of its own history; nothing where that one exists.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './run.mjs';
import { serviceVersion } from './service-version.mjs';

const refuse = (why, code) => {
  console.error(`build-image: ${why}`);
  process.exit(code);
};
const { values, positionals } = read();
if (values.help) {
  console.log(`nx run @atelier/<app>:image            one image
nx affected -t image --base=<commit>   those of all apps that changed since
node tools/build-image.mjs <app> [--repository atelier] [--push] [--dry-run]

Tags <repository>-<app>:<version> (IMAGE_REPOSITORY, or atelier; the version as tools/service-version.mjs tells it). An image that is
already there is not built again; what is in no commit always is. Needs Docker with BuildKit.

--push      to the repository, with SBOM and provenance
--dry-run   prints the command`);
  process.exit(0);
}
const app = positionals[0]?.replace(/^@atelier\//, '');
if (!app || positionals.length > 1) refuse('which app? node tools/build-image.mjs <app>', 64);
if (!existsSync(join(root, 'apps', app, 'src/main.ts'))) refuse(`there is no app ${app} that runs`, 64);

const version = versionOf(app);
const tag = `${values.repository}-${app}:${version}`;
const revision = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
const args = [
  '--build-arg',
  `APP=${app}`,
  '--build-arg',
  `SERVICE_VERSION=${version}`,
  '--build-arg',
  `REVISION=${revision}`,
];
const extra = values.push ? ['--push', '--sbom=true', '--provenance=true'] : ['--load'];
const command = ['buildx', 'build', '-f', 'deploy/Dockerfile', ...args, '-t', tag, ...extra, '.'];
if (values['dry-run']) {
  console.log(`docker ${command.join(' ')}`);
  process.exit(0);
}
if (spawnSync('docker', ['buildx', 'version']).status !== 0) refuse('needs docker with buildx, which is not here', 69);
const isThere = values.push ? ['buildx', 'imagetools', 'inspect', tag] : ['image', 'inspect', tag];
if (!version.endsWith('-dirty') && spawnSync('docker', isThere).status === 0) {
  console.log(`${tag} is there already`);
  process.exit(0);
}
const built = spawnSync('docker', command, { cwd: root, stdio: 'inherit' });
if (built.status === 0) console.log(tag);
process.exit(built.status ?? 1);

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        repository: { type: 'string', default: process.env.IMAGE_REPOSITORY || 'atelier' },
        push: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return refuse(error.message.split('\n')[0], 64);
  }
}

function versionOf(name) {
  try {
    return serviceVersion(name);
  } catch (error) {
    return refuse(error.message, 1);
  }
}

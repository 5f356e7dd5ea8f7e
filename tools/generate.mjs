// Generates libs/contracts/src/gen from proto/: ts-proto code, one entry file per proto package,
// the descriptor set for gRPC reflection and the service configs (time-outs, retries) as constants.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const gen = join(root, 'libs/contracts/src/gen');
const protoRoot = join(root, 'proto');
const bin = join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };

const filesBelow = (folder, suffix) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.split('\\').join('/'))
    .sort();

const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

rmSync(gen, { recursive: true, force: true });
execFileSync(join(bin, 'buf'), ['generate'], { cwd: root, env, stdio: 'inherit' });

// With Nest in play ts-proto also patches protobufjs for codecs made at run time, which we never use; its import does not
// even resolve in native ESM. A file that no longer matches fails the build instead of keeping a half of it.
for (const file of filesBelow(join(gen, 'proto'), '.ts')) {
  const path = join(gen, 'proto', file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes('protobufjs')) continue;
  const cleaned = text
    .replace('import { wrappers } from "protobufjs";\n', '')
    .replace(/\nwrappers\["\.google\.protobuf\.Timestamp"\] = \{\n[\s\S]*?\n\} as any;\n/, '\n');
  if (/wrappers|protobufjs/.test(cleaned)) throw new Error(`${file}: protobufjs is still patched`);
  writeFileSync(path, cleaned);
}

const exportedName = /^export (?:const|interface|enum|function|type|class) (\w+)/gm;
const packages = new Map();
for (const file of filesBelow(protoRoot, '.proto')) {
  const folder = dirname(file);
  packages.set(folder, [...(packages.get(folder) ?? []), file.replace(/\.proto$/, '')]);
}
for (const [folder, modules] of packages) {
  const entry = join(gen, 'entry', `${folder.replace(/^atelier\//, '')}.ts`);
  const seen = new Set(['protobufPackage', 'protobufFileName', 'DeepPartial', 'MessageFns']);
  const lines = modules.map((module) => {
    const text = readFileSync(join(gen, 'proto', `${module}.ts`), 'utf8');
    const names = [...text.matchAll(exportedName)]
      .map((match) => match[1])
      .filter((name) => !seen.has(name) && !name.endsWith('_PACKAGE_NAME'));
    names.forEach((name) => seen.add(name));
    const types = new Set([...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map((match) => match[1]));
    const values = new Set(
      [...text.matchAll(/^export (?:const|enum|function|class) (\w+)/gm)].map((match) => match[1]),
    );
    const specifiers = [...new Set(names)].map((name) =>
      types.has(name) && !values.has(name) ? `type ${name}` : name,
    );
    return `export { ${specifiers.join(', ')} } from '${relative(dirname(entry), join(gen, 'proto', module))
      .split('\\')
      .join('/')}.js';`;
  });
  write(entry, `${lines.join('\n')}\n`);
}

const image = execFileSync(join(bin, 'buf'), ['build', '--as-file-descriptor-set', '-o', '-#format=binpb'], {
  cwd: root,
  env,
  maxBuffer: 64 << 20,
});
write(
  join(gen, 'entry/descriptors.ts'),
  `/** Serialised FileDescriptorSet of every contract, for gRPC reflection. */\nexport const fileDescriptorSet: Buffer = Buffer.from('${image.toString('base64')}', 'base64');\n`,
);

const configs = Object.fromEntries(
  filesBelow(protoRoot, '_grpc_service_config.json').map((file) => [
    dirname(file).replace(/\//g, '.'),
    JSON.stringify(JSON.parse(readFileSync(join(protoRoot, file), 'utf8'))),
  ]),
);
write(
  join(gen, 'entry/service-configs.ts'),
  `/** gRPC service config (time-outs, retries) by proto package, as JSON text. */\nexport const serviceConfigs: Readonly<Record<string, string>> = ${JSON.stringify(configs, null, 2)};\n`,
);

// What people and databases call a workflow is the contract's own word for it, so it is written down once: here.
const workflowProto = readFileSync(join(protoRoot, 'atelier/creative/v1/workflow.proto'), 'utf8');
const workflows = [...workflowProto.matchAll(/^ {2}WORKFLOW_(\w+) = [1-9]/gm)].map(([, name]) => name);
write(
  join(gen, 'entry/workflow-names.ts'),
  `import { Workflow } from './creative/v1.js';

/** The workflows as REST names them, in the order of the contract. */
export const workflowNames = [
${workflows.map((name) => `  '${name.toLowerCase()}',\n`).join('')}] as const;
export type WorkflowName = (typeof workflowNames)[number];

const toWire = new Map<WorkflowName, Workflow>([
${workflows.map((name) => `  ['${name.toLowerCase()}', Workflow.WORKFLOW_${name}],\n`).join('')}]);
const fromWire = new Map([...toWire].map(([name, workflow]) => [workflow, name]));

/** The wire's number of a workflow; unspecified for none. */
export function workflowToWire(name: WorkflowName | undefined): Workflow {
  return (name && toWire.get(name)) ?? Workflow.WORKFLOW_UNSPECIFIED;
}

/** Undefined for unspecified and for what a newer service may know. */
export function workflowFromWire(workflow: Workflow): WorkflowName | undefined {
  return fromWire.get(workflow);
}
`,
);

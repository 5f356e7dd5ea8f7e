// What must be refused, and with which words: broken values files, and objects that somebody spoiled.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { canaryProblems } from './canaries.mjs';
import { isWorkload, objectProblems, releaseProblems } from './policies.mjs';
import { render, valuesOf } from './render.mjs';

const folder = join(root, 'deploy/helm/refused');
const pod = (objects) => objects.find(isWorkload).spec.template.spec;
const container = (objects) => pod(objects).containers[0];
const find = (objects, kind, name) => objects.find((one) => one.kind === kind && one.metadata.name === name);
const without = (objects, kind, name) => objects.splice(objects.indexOf(find(objects, kind, name)), 1);

/** What somebody does to the objects of production, and the problem that it must be. */
const spoilt = {
  'has an image that moves': (all) => (container(all).image = 'registry.example.com/atelier-analytics:latest'),
  'has no limits of memory': (all) => delete container(all).resources.limits.memory,
  'runs as root': (all) => delete pod(all).securityContext.runAsNonRoot,
  'can write to its root file system': (all) => (container(all).securityContext.readOnlyRootFilesystem = false),
  'holds the secret DATABASE_URL as text': (all) =>
    container(all).env.push({ name: 'DATABASE_URL', value: 'postgres://…' }),
  'but is killed after': (all) => (pod(all).terminationGracePeriodSeconds = 10),
  'has no readinessProbe': (all) => delete container(all).readinessProbe,
  'opens the cluster': (all) => (find(all, 'Service', 'atelier-presets').spec.type = 'LoadBalancer'),
  'has no PodDisruptionBudget': (all) => without(all, 'PodDisruptionBudget', 'atelier-presets'),
  'which is not there': (all) =>
    (find(all, 'GRPCRoute', 'atelier-presets').spec.parentRefs[0].sectionName = 'pressets'),
  'needs the Service atelier-presets-canary': (all) => without(all, 'Service', 'atelier-presets-canary'),
  'needs the AnalysisTemplate atelier-rpc': (all) => without(all, 'AnalysisTemplate', 'atelier-rpc'),
  'would change versions with every call': (all) => without(all, 'EnvoyPatchPolicy', 'atelier-presets'),
  'must have the stable version first': (all) =>
    find(all, 'GRPCRoute', 'atelier-presets').spec.rules[0].backendRefs.reverse(),
  'needs a filter at both versions': (all) =>
    delete find(all, 'GRPCRoute', 'atelier-presets').spec.rules[0].backendRefs[1].filters,
  'nothing is looked at with 10 %': (all) =>
    find(all, 'Rollout', 'atelier-presets').spec.strategy.canary.steps.splice(3, 1),
  'does not give atelier-rpc the argument prometheus': (all) =>
    find(all, 'Rollout', 'atelier-presets').spec.strategy.canary.steps[1].analysis.args.shift(),
  'but runs': (all) => container(all).env.unshift({ name: 'FIRST', value: '1' }),
  'batches would mix versions': (all) =>
    (find(all, 'Rollout', 'atelier-gateway').spec.template.spec.containers[0].env.find(
      ({ name }) => name === 'CANARY_STEPS',
    ).value = '1,50'),
};

/** @returns problems: what was not refused, or in other words */
export function refusalProblems(helm, schemaProblems) {
  const problems = [];
  for (const file of readdirSync(folder)) {
    const [, wanted] = /^# refused: (.*)$/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    const { error } = render(helm, [valuesOf('production'), join(folder, file)]);
    if (!wanted) problems.push(`${file}: does not say by which words it is refused`);
    else if (error === undefined) problems.push(`${file} is taken, and should be refused: ${wanted}`);
    else if (!error.includes(wanted))
      problems.push(`${file} is refused with other words than “${wanted}”: ${error.slice(0, 300)}`);
  }
  const { objects } = render(helm, [valuesOf('production')]);
  for (const [wanted, spoil] of Object.entries(spoilt)) {
    const all = structuredClone(objects);
    spoil(all);
    const found = [...all.flatMap(objectProblems), ...releaseProblems(all), ...canaryProblems(all)];
    if (!found.some((problem) => problem.includes(wanted)))
      problems.push(`nobody saw that something ${wanted}: ${found.join('; ')}`);
  }
  const unknown = structuredClone(find(objects, 'Rollout', 'atelier-presets'));
  unknown.spec.strategy.canary.maxSurgee = 1;
  if (!schemaProblems(unknown).some((problem) => problem.includes('maxSurgee')))
    problems.push('a field that no schema knows was taken');
  return problems;
}

// That a Rollout can split calls, keep users with their version, judge the canary and go back.

/** @returns problems */
export function canaryProblems(objects) {
  const problems = [];
  const find = (kind, wanted) => objects.find((object) => object.kind === kind && object.metadata.name === wanted);
  const rollouts = objects.filter(({ kind }) => kind === 'Rollout');
  for (const rollout of rollouts) {
    const report = (text) => problems.push(`Rollout ${rollout.metadata.name}: ${text}`);
    const { stableService, canaryService, trafficRouting, steps } = rollout.spec.strategy.canary;
    for (const service of [stableService, canaryService])
      if (!find('Service', service)) report(`needs the Service ${service}`);
    const routing = trafficRouting.plugins['argoproj-labs/gatewayAPI'];
    const kind = routing.grpcRoute ? 'GRPCRoute' : 'HTTPRoute';
    const route = find(kind, routing.grpcRoute ?? routing.httpRoute);
    if (!route) report(`needs the ${kind} ${routing.grpcRoute ?? routing.httpRoute}`);
    else problems.push(...routeProblems(route, stableService, canaryService));
    const forced = find(kind, `${rollout.metadata.name}-forced`);
    // In front of the gateway anybody could choose, so that route is only there where it is wanted.
    const isForced = forced?.spec.rules.some(({ backendRefs }) => backendRefs[0].name === canaryService);
    if (!(isForced ?? kind === 'HTTPRoute')) report('has no route for calls that choose the canary');
    const patch = find('EnvoyPatchPolicy', rollout.metadata.name);
    if (!patch) report('has no EnvoyPatchPolicy: users would change versions with every call');
    else problems.push(...patchProblems(patch, objects, kind));
    problems.push(...stepProblems(rollout, steps, find));
  }
  const weights = new Set(
    rollouts.map(({ spec }) => spec.strategy.canary.steps.flatMap(({ setWeight = [] }) => setWeight).join()),
  );
  const bands = rollouts
    .flatMap(({ spec }) => spec.template.spec.containers[0].env)
    .find(({ name }) => name === 'CANARY_STEPS')?.value;
  if (bands !== undefined && (weights.size !== 1 || !weights.has(bands)))
    problems.push(
      `CANARY_STEPS=${bands} of the gateway are not the weights of the rollouts: batches would mix versions`,
    );
  return problems;
}

function routeProblems(route, stable, canary) {
  const report = (text) => `${route.kind} ${route.metadata.name}: ${text}`;
  return route.spec.rules.flatMap(({ backendRefs }) => {
    // Envoy gives the buckets below its weight to what comes first.
    if (backendRefs.map(({ name }) => name).join() !== `${stable},${canary}`)
      return [report('must have the stable version first and the canary second')];
    if (backendRefs.some(({ filters = [] }) => filters.length === 0))
      return [report('needs a filter at both versions: without them Envoy has one cluster and no header can decide')];
    return backendRefs[0].weight === 100 && backendRefs[1].weight === 0 ? [] : [report('must begin with 100 and 0')];
  });
}

function patchProblems(policy, objects, kind) {
  const gateway = objects.find((one) => one.kind === 'Gateway' && one.metadata.name === policy.spec.targetRef.name);
  const problems = policy.spec.jsonPatches.flatMap(({ name }) => {
    const [, owner, listener] = name.split('/');
    const isThere = owner === gateway?.metadata.name && gateway.spec.listeners.some((one) => one.name === listener);
    return isThere ? [] : [`EnvoyPatchPolicy ${policy.metadata.name}: there is no route configuration ${name}`];
  });
  const set = Object.fromEntries(policy.spec.jsonPatches.map(({ operation }) => [operation.path, operation.value]));
  const isSticky = kind === 'GRPCRoute' ? set['/header_name'] === 'x-canary-bucket' : set['/use_hash_policy'] === true;
  if (!isSticky) problems.push(`EnvoyPatchPolicy ${policy.metadata.name}: does not say by what users stay`);
  return problems;
}

function stepProblems(rollout, steps, find) {
  const report = (text) => `Rollout ${rollout.metadata.name}: ${text}`;
  const problems = [];
  const version = rollout.spec.template.metadata.labels['app.kubernetes.io/version'];
  const env = rollout.spec.template.spec.containers[0].env.find(({ name }) => name === 'SERVICE_VERSION')?.value;
  if (version !== env) problems.push(report(`the pods say they are ${env}, their label ${version}`));
  steps.forEach(({ setWeight }, index) => {
    if (setWeight === undefined || setWeight === 100) return;
    const analysis = steps[index + 1]?.analysis;
    if (!analysis) {
      problems.push(report(`nothing is looked at with ${setWeight} %`));
      return;
    }
    const given = Object.fromEntries(
      analysis.args.map(({ name, value, valueFrom }) => [
        name,
        value ?? fieldOf(rollout, valueFrom.fieldRef.fieldPath),
      ]),
    );
    if (given.version !== version) problems.push(report(`judges ${given.version}, but runs ${version}`));
    for (const { templateName } of analysis.templates) {
      const template = find('AnalysisTemplate', templateName);
      if (!template) {
        problems.push(report(`needs the AnalysisTemplate ${templateName}`));
        continue;
      }
      const declared = template.spec.args.map(({ name }) => name);
      const missing = template.spec.args.filter(({ name, value }) => value === undefined && !given[name]);
      for (const { name } of missing) problems.push(report(`does not give ${templateName} the argument ${name}`));
      for (const name of Object.keys(given).filter((one) => !declared.includes(one)))
        problems.push(report(`gives ${templateName} the argument ${name}, which it does not know`));
    }
  });
  if (steps.at(-1)?.setWeight !== 100) problems.push(report('never takes all calls'));
  return problems;
}

/** What a path such as `spec.template.spec.containers[0].name` leads to, as Argo reads it. */
function fieldOf(object, path) {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce((value, part) => value?.[part], object);
}

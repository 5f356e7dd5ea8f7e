// What schemas can't say: rules of safety, and that the objects of a release fit together.
const secretName = /(SECRET|PASSWORD|TOKEN|_KEY|_KEY_ID|HEADERS)$|^(DATABASE|REDIS|REDIS_BACKUP)_URL$/;
const moving = /^(latest|main|master|stable)?$/;

export const isWorkload = ({ kind }) => kind === 'Deployment' || kind === 'Rollout';

/** @returns problems of one object */
export function objectProblems(object) {
  if (object.kind === 'Secret') return ['the chart holds a Secret: it may only refer to them'];
  if (object.kind === 'Service' && !['ClusterIP', undefined].includes(object.spec.type))
    return [`a Service of type ${object.spec.type} opens the cluster: only the Gateway may`];
  return isWorkload(object) ? podProblems(object.spec.template) : [];
}

function podProblems({ spec }) {
  const problems = [];
  const need = (isMet, text) => isMet || problems.push(text);
  need(spec.automountServiceAccountToken === false, 'pods get a token of the API server that they do not need');
  need(spec.securityContext?.runAsNonRoot === true && spec.securityContext.runAsUser > 0, 'runs as root');
  need(spec.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile');
  need(!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, 'shares the node');
  need(!spec.volumes?.some((volume) => volume.hostPath), 'mounts a path of the node');
  need((spec.topologySpreadConstraints ?? []).length > 0, 'is not spread over nodes and zones');
  for (const container of spec.containers) problems.push(...containerProblems(container, spec));
  return problems;
}

function containerProblems(container, { terminationGracePeriodSeconds }) {
  const problems = [];
  const need = (isMet, text) => isMet || problems.push(`container ${container.name} ${text}`);
  const { securityContext: context = {}, resources = {}, env = [] } = container;
  const [, tag = ''] = /:([^/:@]+)$/.exec(container.image) ?? [];
  need(container.image.includes('@sha256:') || !moving.test(tag), `has an image that moves: ${container.image}`);
  for (const kind of ['requests', 'limits'])
    for (const resource of ['cpu', 'memory'])
      need(resources[kind]?.[resource] !== undefined, `has no ${kind} of ${resource}`);
  need(context.readOnlyRootFilesystem === true, 'can write to its root file system');
  need(context.allowPrivilegeEscalation === false, 'may gain privileges');
  need(context.capabilities?.drop?.includes('ALL') && !context.capabilities.add, 'keeps capabilities');
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) need(container[probe], `has no ${probe}`);
  for (const { name, value } of env)
    need(value === undefined || !secretName.test(name), `holds the secret ${name} as text`);
  const names = env.map(({ name }) => name);
  need(new Set(names).size === names.length, 'has a setting twice');
  const drain = Number(env.find(({ name }) => name === 'SHUTDOWN_GRACE')?.value);
  const wait = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  need(
    terminationGracePeriodSeconds >= wait + drain + 5,
    `drains for ${drain} s after ${wait} s, but is killed after ${terminationGracePeriodSeconds} s`,
  );
  return problems;
}

/** @returns problems of a whole release, each with the object it is about */
export function releaseProblems(objects) {
  const problems = [];
  const name = (kind) => objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  const find = (kind, wanted) => objects.find((object) => object.kind === kind && object.metadata.name === wanted);
  const report = (object, text) => problems.push(`${object.kind} ${object.metadata.name}: ${text}`);

  const ids = objects.map((object) => `${object.kind} ${object.metadata.name}`);
  for (const id of ids.filter((one, index) => ids.indexOf(one) !== index)) problems.push(`${id}: is there twice`);

  for (const workload of objects.filter(isWorkload)) {
    const { labels } = workload.spec.template.metadata;
    for (const kind of ['PodDisruptionBudget', 'NetworkPolicy', 'Service', 'ServiceAccount'])
      if (!find(kind, workload.metadata.name) && (kind !== 'NetworkPolicy' || name(kind).length > 0))
        report(workload, `has no ${kind}`);
    for (const other of [find('PodDisruptionBudget', workload.metadata.name), workload]) {
      const wanted = other?.spec.selector.matchLabels ?? {};
      if (Object.entries(wanted).some(([label, value]) => labels[label] !== value))
        report(other, 'selects other pods than those of the workload');
    }
  }
  for (const service of objects.filter(({ kind }) => kind === 'Service')) {
    const pods = objects
      .filter(isWorkload)
      .filter(({ spec }) => matches(spec.template.metadata.labels, service.spec.selector));
    if (pods.length !== 1) report(service, `selects the pods of ${pods.length} workloads`);
    for (const { targetPort } of service.spec.ports)
      if (!pods[0]?.spec.template.spec.containers[0].ports.some((port) => port.name === targetPort))
        report(service, `names the port ${targetPort}, which the pods do not have`);
  }
  for (const scaler of objects.filter(({ kind }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind))) {
    const { kind, name: target } = scaler.spec.scaleTargetRef;
    if (!find(kind, target)) report(scaler, `scales ${kind} ${target}, which is not there`);
    else if (find(kind, target).spec.replicas !== undefined) report(scaler, 'fights with the number of replicas');
  }
  for (const route of objects.filter(({ kind }) => kind.endsWith('Route'))) {
    for (const { name: gateway, sectionName } of route.spec.parentRefs)
      if (!find('Gateway', gateway)?.spec.listeners.some((listener) => listener.name === sectionName))
        report(route, `wants the listener ${sectionName} of the Gateway ${gateway}, which is not there`);
    for (const reference of route.spec.rules.flatMap(({ backendRefs = [] }) => backendRefs))
      if (!find('Service', reference.name)?.spec.ports.some(({ port }) => port === reference.port))
        report(route, `leads to ${reference.name}:${reference.port}, which no Service has`);
  }
  for (const object of objects.filter(isWorkload)) problems.push(...addressProblems(object, find));
  return problems;
}

/** Addresses that a service is given lead to a port that is there. */
function addressProblems(workload, find) {
  const { env } = workload.spec.template.spec.containers[0];
  return env
    .filter(({ value }) => value?.startsWith('dns:///'))
    .filter(({ value }) => {
      const [, host, port] = /^dns:\/\/\/([^.]+)\..*:(\d+)$/.exec(value) ?? [];
      const open = find('Service', host)?.spec.ports ?? find('Gateway', host)?.spec.listeners ?? [];
      return !open.some((one) => one.port === Number(port));
    })
    .map(({ name, value }) => `${workload.kind} ${workload.metadata.name}: ${name} leads nowhere: ${value}`);
}

const matches = (labels, selector) => Object.entries(selector).every(([label, value]) => labels[label] === value);

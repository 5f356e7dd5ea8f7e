// Every object against the schema of its kind: Kubernetes and the CRDs of Argo Rollouts, Gateway API, Envoy Gateway, KEDA and the
// Prometheus operator (deploy/schemas). Fields that a schema does not know are refused.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { root } from '../run.mjs';

const folder = join(root, 'deploy/schemas');

/** @returns (object) => problems */
export function schemaCheck() {
  const ajv = new Ajv.default({
    strict: false,
    allErrors: true,
    validateFormats: false,
    code: { regExp },
  });
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  for (const name of names) ajv.addSchema(JSON.parse(readFileSync(join(folder, name), 'utf8')), name);
  return (object) => {
    const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
    const name = [object.kind.toLowerCase(), ...(group ? [group.split('.')[0]] : []), version].join('-');
    if (!names.includes(`${name}.json`)) return [`no schema for ${object.apiVersion} ${object.kind} in deploy/schemas`];
    const validate = ajv.getSchema(`${name}.json`);
    if (validate(object)) return [];
    // Of alternatives each says why it was not the one: the deepest message is the one that helps.
    const { errors } = validate;
    const deepest = Math.max(...errors.map(({ instancePath }) => instancePath.split('/').length));
    return errors
      .filter(({ instancePath }) => instancePath.split('/').length === deepest)
      .map(({ instancePath, message, params }) => {
        const what = params.additionalProperty ?? params.allowedValues?.join(', ');
        return `${instancePath || '/'} ${message}${what ? ` (${what})` : ''}`;
      });
  };
}

/** Kubernetes writes patterns for RE2, where (?i) stands in front. */
function regExp(pattern) {
  return pattern.includes('(?i)') ? new RegExp(pattern.replace('(?i)', ''), 'i') : new RegExp(pattern);
}
regExp.code = 'regExp';

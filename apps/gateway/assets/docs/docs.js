// Shows /openapi.json. Text only goes in as text, so nothing in the document can become markup.
const root = document.getElementById('endpoints');

const element = (name, className, ...children) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
};
const json = (value) => element('pre', '', JSON.stringify(value, null, 2));
const titled = (title, ...content) => [element('h4', '', title), ...content];

// References become the schema they name; one that is inside itself stays a name.
const resolved = (api, schema, inside = []) => {
  if (Array.isArray(schema)) return schema.map((item) => resolved(api, item, inside));
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  if (name) return inside.includes(name) ? name : resolved(api, api.components.schemas[name], [...inside, name]);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(api, value, inside)]));
};

const parameterTable = (api, parameters) =>
  element(
    'table',
    '',
    ...parameters.map(({ name, in: place, required, description, schema }) =>
      element(
        'tr',
        '',
        element('td', '', element('code', '', name)),
        element('td', '', place + (required ? ', required' : '')),
        element('td', '', description ?? schema.description ?? ''),
        element('td', '', element('code', '', JSON.stringify(resolved(api, schema)))),
      ),
    ),
  );

const content = (api, title, body) =>
  Object.entries(body?.content ?? {}).flatMap(([type, { schema, example }]) => [
    ...(example === undefined ? [] : titled(`${title}: example`, json(example))),
    ...(schema ? titled(`${title}: ${type}`, json(resolved(api, schema))) : titled(`${title}: ${type}`)),
  ]);

const show = (api, path, method, operation) => {
  const inside = element('div');
  const details = element(
    'details',
    '',
    element(
      'summary',
      '',
      element('span', 'method', method.toUpperCase()),
      element('span', 'path', path),
      element('span', 'summary', operation.summary),
    ),
    inside,
  );
  details.dataset.text = `${method} ${path} ${operation.summary} ${operation.tags}`.toLowerCase();
  details.addEventListener('toggle', () => {
    if (inside.childElementCount > 0) return;
    const [good, ...problems] = Object.entries(operation.responses);
    inside.append(
      ...operation.description.split('\n\n').map((text) => element('p', '', text)),
      ...(operation.parameters ? titled('Parameters', parameterTable(api, operation.parameters)) : []),
      ...content(api, 'Request', operation.requestBody),
      ...titled(`Answer ${good[0]}`, element('p', '', good[1].description)),
      ...content(api, 'Answer', good[1]),
      element(
        'p',
        '',
        `Problems: ${problems.map(([status, { description }]) => `${status} ${description}`).join(', ') || 'none'}`,
      ),
    );
  });
  return details;
};

const api = await (await fetch('/openapi.json')).json();
document.getElementById('about').prepend(`Version ${api.info.version}. ${api.info.description} `);
const groups = new Map(api.tags.map(({ name }) => [name, element('section', '', element('h2', '', name))]));
for (const [path, item] of Object.entries(api.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    groups.get(operation.tags[0]).append(show(api, path, method, operation));
  }
}
root.replaceChildren(...groups.values());
document.getElementById('find').addEventListener('input', ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  for (const details of root.querySelectorAll('details')) details.hidden = !details.dataset.text.includes(wanted);
  for (const group of groups.values()) group.hidden = !group.querySelector('details:not([hidden])');
});

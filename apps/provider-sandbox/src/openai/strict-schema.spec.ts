import { assertStrictSchema } from './strict-schema.js';

const strict = {
  type: 'object',
  additionalProperties: false,
  required: ['a'],
  properties: {
    a: { type: 'array', items: { type: 'object', additionalProperties: false, required: [], properties: {} } },
  },
};

it('lets a strict schema pass', () => {
  expect(() => assertStrictSchema('x', strict, 'response_format')).not.toThrow();
});

it.each([
  ['additional properties allowed', { ...strict, additionalProperties: true }, /additionalProperties/],
  ['a property not required', { ...strict, required: [] }, /Missing 'a'/],
  [
    'a loose object inside',
    { ...strict, properties: { a: { type: 'object', properties: {} } } },
    /context=\('properties', 'a'\)/,
  ],
])('refuses %s', (_what, schema, message) => {
  expect(() => assertStrictSchema('x', schema, 'response_format')).toThrow(message);
});

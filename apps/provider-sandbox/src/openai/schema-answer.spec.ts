import { Ajv } from 'ajv';
import { answerSchema } from './schema-answer.js';

const request = { prompt: 'make her hair red', hasImage: true, transcript: '' };

it.each([
  [
    'nested objects and lists',
    {
      type: 'object',
      properties: {
        items: {
          type: 'array',
          minItems: 2,
          items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        },
      },
      required: ['items'],
    },
  ],
  [
    'bounds',
    {
      type: 'object',
      properties: { count: { type: 'integer', minimum: 3, maximum: 5 }, share: { type: 'number', maximum: -1 } },
    },
  ],
  [
    'lengths',
    {
      type: 'object',
      properties: { short: { type: 'string', maxLength: 5 }, long: { type: 'string', minLength: 400 } },
    },
  ],
  [
    'constants and nullable fields',
    {
      type: 'object',
      properties: {
        kind: { const: 'x' },
        note: { type: ['string', 'null'] },
        other: { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
      },
    },
  ],
  [
    'references to itself',
    {
      $ref: '#/$defs/tree',
      $defs: {
        tree: {
          type: 'object',
          required: ['next'],
          properties: { next: { anyOf: [{ $ref: '#/$defs/tree' }, { type: 'null' }] } },
        },
      },
    },
  ],
])('fits a schema with %s', (_what, schema) => {
  const ajv = new Ajv({ strict: false });
  expect([ajv.validate(schema, answerSchema(schema, request)), ajv.errorsText()]).toEqual([true, 'No errors']);
});

it('guesses a workflow where the schema lists workflows', () => {
  const schema = { type: 'object', properties: { workflow: { enum: ['image_generation', 'hair_styling'] } } };
  expect(answerSchema(schema, request)).toEqual({ workflow: 'hair_styling' });
});

it('says that it is a sandbox where it is asked for text', () => {
  const schema = { type: 'object', properties: { reasoning: { type: 'string' } } };
  expect(answerSchema(schema, request)).toEqual({ reasoning: expect.stringContaining('Sandbox') });
});

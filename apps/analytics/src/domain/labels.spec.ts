import { Workflow } from '@atelier/contracts/creative/v1';
import { label, oneOf, routePattern, workflowName } from './labels.js';

it.each([
  ['/api/v1/generations/:id', '/api/v1/generations/:id'],
  ['/api/v1/models/:owner/:name', '/api/v1/models/:owner/:name'],
  ['/files/*', '/files/*'],
  ['/api/v1/generations/0193a1b2-0000-7000-8000-000000000001/cancel', '/api/v1/generations/:id/cancel'],
  ['/api/v1/ai/job/1234', '/api/v1/ai/job/:id'],
  ['/old/path?user=sarah#top', '/old/path'],
])('keeps route patterns and makes them of raw paths: %s', (route, pattern) => {
  expect(routePattern(route)).toBe(pattern);
});

it('makes labels that an index can hold', () => {
  expect(label(`a\u0000b\n${'x'.repeat(5000)}`)).toBe(`ab${'x'.repeat(198)}`);
});

it('folds words outside a fixed set into one', () => {
  expect([oneOf(['GET', 'POST'], 'POST'), oneOf(['GET', 'POST'], 'BREW')]).toEqual(['POST', 'other']);
});

it('names workflows as REST does, also ones of a newer producer', () => {
  const names = [Workflow.WORKFLOW_TEXT_TO_VIDEO, Workflow.WORKFLOW_UNSPECIFIED, Workflow.UNRECOGNIZED, 99].map(
    workflowName,
  );
  expect(names).toEqual(['text_to_video', 'unspecified', 'unspecified', 'unspecified']);
});

import { Workflow } from '@atelier/contracts/creative/v1';
import type { FeedbackGiven } from '@atelier/contracts/usage/v1';
import { Problem } from '../src/http/problem.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
let sarah: string;
let omar: string;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  sarah = await gateway.keyFor('sarah');
  omar = await gateway.keyFor('omar');
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => void (gateway.published.length = 0));

const judge = (json: object, as = sarah) => gateway.request('/api/v1/enhanced/feedback', { json, as });
const given = (): { userId: string; feedback: FeedbackGiven }[] =>
  gateway.published.flatMap(({ userId, feedbackGiven: feedback }) => (feedback ? [{ userId, feedback }] : []));
async function plan(as = sarah): Promise<string> {
  const answer = await gateway.request('/api/v1/enhanced/process', { as, json: { prompt: 'a lighthouse' } });
  return ((await answer.json()) as { request_id: string }).request_id;
}

it('passes a judgement on with who gave it', async () => {
  const json = {
    request_id: await plan(),
    correct: false,
    expected_workflow: 'text_to_video',
    rating: 2,
    comment: 'no',
  };
  const answer = await judge(json);
  expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
  expect(given()).toEqual([
    {
      userId: 'sarah',
      feedback: {
        planRequestId: json.request_id,
        correct: false,
        expectedWorkflow: Workflow.WORKFLOW_TEXT_TO_VIDEO,
        rating: 2,
        comment: 'no',
      },
    },
  ]);
});

it.each([
  ['correct, with another workflow', true, 'text_to_video'],
  ['wrong, with the one that was answered', false, 'image_generation'],
])('refuses what contradicts the plan, and names the field: %s', async (_name, correct, expected_workflow) => {
  const answer = await judge({ request_id: await plan(), correct, expected_workflow });
  const problem = Problem.parse(await answer.json());
  expect(problem).toMatchObject({
    status: 422,
    code: 'FEEDBACK_CONTRADICTS_PLAN',
    errors: [{ field: 'expected_workflow', message: expect.stringContaining('is ') }],
  });
  expect(given()).toEqual([]);
});

it.each([
  [true, 'image_generation'],
  [true, undefined],
  [false, 'text_to_video'],
  [false, undefined],
])('takes what does not: correct %s, meant %s', async (correct, expected_workflow) => {
  expect((await judge({ request_id: await plan(), correct, expected_workflow })).status).toBe(200);
});

it('answers the same for somebody else’s plan as for one that nobody knows', async () => {
  const contradiction = { correct: true, expected_workflow: 'text_to_video' };
  const foreign = await judge({ request_id: await plan(omar), ...contradiction });
  const unknown = await judge({ request_id: 'never-planned', ...contradiction });
  expect([foreign.status, await foreign.json()]).toEqual([unknown.status, await unknown.json()]);
  expect(given().map(({ userId }) => userId)).toEqual(['sarah', 'sarah']);
});

it('cleans a comment of what is not seen', async () => {
  const comment = '  it\u0000 was\u202e a \u2066video\u2069\n twice ';
  expect((await judge({ request_id: 'some-plan', correct: true, comment })).status).toBe(200);
  expect(given()).toMatchObject([{ feedback: { comment: 'it  was a video\n twice' } }]);
});

it.each([
  ['rating', { rating: 0 }],
  ['rating', { rating: 6 }],
  ['rating', { rating: 4.5 }],
  ['rating', { rating: '5' }],
  ['comment', { comment: 'x'.repeat(2_001) }],
  ['expected_workflow', { expected_workflow: 'poetry' }],
  ['correct', { correct: 'yes' }],
  ['request_id', { request_id: '' }],
  ['request_id', { request_id: 'x'.repeat(129) }],
  ['user_id', { user_id: 'omar' }],
])('refuses a wrong %s: %j', async (field, more) => {
  const answer = await judge({ request_id: 'some-plan', correct: true, ...more });
  const problem = Problem.parse(await answer.json());
  expect(problem).toMatchObject({ status: 400, errors: [{ field }] });
  expect(given()).toEqual([]);
});

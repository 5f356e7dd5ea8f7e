import type { ProcessAnswer } from '../../api/gen/api.js';
import { confidenceWord, costText, otherReadings, reasonsOf, timeText } from './plan-text.js';

const metadata = (changes: Partial<ProcessAnswer['metadata']>) => ({
  workflow_type: 'image_generation' as const,
  metadata: changes as ProcessAnswer['metadata'],
});

it('names one price where the range is one, and both ends where it is not', () => {
  expect(costText({ estimated_cost: 0.04, cost_range: [0.04, 0.04] })).toBe('$0.04');
  expect(costText({ estimated_cost: 0.04, cost_range: [0.03, 0.05] })).toBe('$0.03 to $0.05');
  expect(costText({ estimated_cost: 0.04, cost_range: [] })).toBe('$0.04');
});

it('says how long it usually takes, and at most', () => {
  expect(timeText({ estimated_time: 30, time_range: [30, 60] })).toBe('30 s, at most 1 min');
  expect(timeText({ estimated_time: 30, time_range: [30, 30] })).toBe('30 s');
});

it('calls a low confidence a guess', () => {
  expect([0.95, 0.6, 0.4].map(confidenceWord)).toEqual(['sure', 'fairly sure', 'a guess']);
});

it('tells the reasons for the reading from those for the model', () => {
  expect(reasonsOf({ reasoning: 'A picture. | Cheap | and good.' })).toEqual({
    intent: 'A picture.',
    model: 'Cheap | and good.',
  });
});

describe('other readings', () => {
  it('are those that the server asks about', () => {
    const options = [{ label: 'Make a video', workflow_type: 'text_to_video' as const, estimated_cost: 1.8 }];
    expect(
      otherReadings(
        metadata({
          clarify: { question: '?', options },
          runner_up: { workflow_type: 'image_editing', confidence: 0.4 },
        }),
      ),
    ).toBe(options);
  });

  it('are no far relatives, and not what is planned', () => {
    expect(otherReadings(metadata({ runner_up: { workflow_type: 'text_to_video', confidence: 0.02 } }))).toEqual([]);
    expect(otherReadings(metadata({ runner_up: { workflow_type: 'image_generation', confidence: 0.4 } }))).toEqual([]);
    expect(otherReadings(metadata({ runner_up: { workflow_type: 'text_to_video', confidence: 0.3 } }))).toHaveLength(1);
  });
});

import { render, screen } from '@testing-library/react';
import { Attention } from './attention.js';
import type { Dashboard, Queue } from './use-monitoring.js';

const provider = (changes: Partial<Dashboard['providers'][number]>): Dashboard['providers'][number] => ({
  provider: 'openai',
  status: 'up',
  circuit_state: 'closed',
  calls: 0,
  failures: 0,
  error_rate: 0,
  avg_response_time: 0,
  p95_response_time: 0,
  ...changes,
});
const queue = (changes: Partial<Queue>): Queue => ({
  paused: [],
  waiting: 0,
  running: 0,
  priorities: [],
  providers: [],
  ages: [],
  recent: {} as Queue['recent'],
  dead_letters: 0,
  ...changes,
});

it('says nothing when all is well, and of providers that are off on purpose', () => {
  const off = provider({ status: 'disabled', circuit_state: 'open' });
  const { container } = render(<Attention providers={[provider({}), off]} queue={queue({})} />);
  expect(container.textContent).toBe('');
});

it('says once what is the matter with a provider, and where to go', () => {
  render(<Attention providers={[provider({ status: 'down', circuit_state: 'open' })]} queue={undefined} />);
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Calls to openai are held back: its circuit is open.',
  ]);
  expect(screen.getByRole('link').getAttribute('href')).toBe('/admin/providers');
});

it('tells a paused queue from one that is paused for a provider, and counts what failed', () => {
  const paused = [null, 'gemini'].map((name) => ({ provider: name, paused_by: 'root', paused_at: '' }));
  render(<Attention providers={[]} queue={queue({ paused, dead_letters: 1_200 })} />);
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'The queue is paused: nothing is taken up.',
    'The queue is paused for gemini.',
    expect.stringContaining('1,200 generations failed'),
  ]);
  expect(screen.getByRole('link').getAttribute('href')).toBe('/admin/queue');
});

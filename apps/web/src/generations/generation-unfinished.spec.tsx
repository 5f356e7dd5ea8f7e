import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Generation } from '../api/gen/api.js';
import { defaults } from '../api/gen/api.js';
import { example } from './example-generation.js';
import { GenerationUnfinished } from './generation-unfinished.js';

const failed: Generation = {
  ...example,
  status: 'failed',
  input_images: ['/files/0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1.png?expires=1&signature=x'],
  error: {
    code: 'CONTENT_POLICY',
    message: 'The provider refused the prompt.',
    suggestions: ['Leave out blood.'],
    alternatives: [{ provider: 'openai', model_id: 'gpt-image-2' }],
  },
};

let sent: { url: string; body: unknown }[];
let started: string[];
let reworded: string[];
beforeEach(() => {
  sent = [];
  started = [];
  reworded = [];
  defaults.fetch = (input, init) => {
    sent.push({
      url: String(input),
      body: typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
    });
    const answer = { ...example, id: 'next', status: 'queued' };
    return Promise.resolve(
      new Response(JSON.stringify(answer), { status: 202, headers: { 'content-type': 'application/json' } }),
    );
  };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <GenerationUnfinished
        generation={failed}
        onStarted={({ id }) => started.push(id)}
        onSuggestion={(prompt) => reworded.push(prompt)}
      />
    </QueryClientProvider>,
  );
});

describe('a generation that failed', () => {
  it('says what happened and what helps', () => {
    expect(screen.getByRole('alert').textContent).toContain('The provider refused the prompt. Leave out blood.');
  });

  it('starts on another model with the same inputs', async () => {
    await userEvent.click(screen.getByRole('button', { name: 'Use gpt-image-2' }));
    expect(started).toEqual(['next']);
    expect(sent).toEqual([
      {
        url: '/api/v1/generations',
        body: {
          prompt: 'make it blue, detailed',
          workflow_type: 'image_editing',
          provider: 'openai',
          model_id: 'gpt-image-2',
          input_images: ['0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1'],
          parameters: { aspect_ratio: '1:1' },
        },
      },
    ]);
  });

  it('is tried again, and its words can be changed', async () => {
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(sent.map(({ url }) => url)).toEqual([`/api/v1/generations/${failed.id}/retry`]);
    await userEvent.click(screen.getByRole('button', { name: 'Edit the prompt' }));
    expect(reworded).toEqual(['make it blue']);
  });
});

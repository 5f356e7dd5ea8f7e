import { api, ProblemError, send } from './api.js';
import { dollars, element, make, words } from './dom.js';
import { readEvents } from './server-sent-events.js';

interface Generation {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly progress: number;
  readonly queue_position?: number;
  readonly model_id: string;
  readonly outputs: readonly {
    readonly url: string;
    readonly content_type: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly cost: { readonly estimated: number; readonly actual: number | null };
  readonly error?: { readonly message: string; readonly suggestions?: readonly string[] };
  readonly seed?: number | null;
}

const ended = new Set(['succeeded', 'failed', 'cancelled']);
const longestReconnectMs = 8_000;

/** Adds a card for a generation and follows it to its end, reconnecting where it left off. */
export async function followGeneration(id: string, title: string): Promise<void> {
  const state = make('span', { textContent: 'Queued' });
  const progress = make('progress', { max: 100, value: 0, ariaLabel: 'Progress' });
  const cancel = make('button', { type: 'button', className: 'plain', textContent: 'Cancel' });
  const body = make('div');
  const card = make(
    'article',
    { className: 'card job' },
    make('header', {}, make('strong', { textContent: title }), state, cancel),
    progress,
    body,
  );
  card.dataset['generation'] = id;
  element('jobs', HTMLElement).prepend(card);

  const show = (generation: Generation): void => {
    state.textContent = stateText(generation);
    state.className = `state-${generation.status}`;
    card.dataset['status'] = generation.status;
    progress.value = generation.progress;
    progress.hidden = cancel.hidden = ended.has(generation.status);
    if (generation.status === 'succeeded')
      body.replaceChildren(...generation.outputs.map((output) => figure(generation, output)));
    if (generation.status === 'failed') body.replaceChildren(...failure(generation));
  };
  cancel.addEventListener('click', () => {
    api<Generation>('POST', `/api/v1/generations/${id}/cancel`).then(show, (error: unknown) => {
      body.replaceChildren(
        make('p', { className: 'problem', textContent: error instanceof ProblemError ? error.message : String(error) }),
      );
    });
  });
  await follow(id, show);
}

async function follow(id: string, show: (generation: Generation) => void): Promise<void> {
  let lastId = '';
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, longestReconnectMs)) {
    try {
      const resume: Record<string, string> = lastId ? { 'last-event-id': lastId } : {};
      const response = await send('GET', `/api/v1/generations/${id}/events`, undefined, undefined, resume);
      if (!response.body) return;
      for await (const event of readEvents(response.body)) {
        lastId = event.id;
        waitMs = 500;
        const generation = JSON.parse(event.data) as Generation;
        show(generation);
        if (ended.has(generation.status)) return;
      }
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function stateText(generation: Generation): string {
  if (generation.status === 'running') return `Running ${generation.progress} %`;
  if (generation.status === 'queued' && generation.queue_position)
    return `Queued, position ${generation.queue_position}`;
  return words(generation.status);
}

function figure(generation: Generation, output: Generation['outputs'][number]): HTMLElement {
  const media = output.content_type.startsWith('video/')
    ? make('video', { src: output.url, controls: true, loop: true, muted: true, autoplay: true, playsInline: true })
    : make('img', { src: output.url, alt: 'Generated picture' });
  const facts = [
    output.width > 0 ? `${output.width} × ${output.height}` : '',
    generation.model_id,
    dollars(generation.cost.actual ?? generation.cost.estimated),
    typeof generation.seed === 'number' ? `seed ${generation.seed}` : '',
  ].filter((fact) => fact !== '');
  const download = make('a', { href: output.url, download: '', textContent: 'Download' });
  return make(
    'figure',
    {},
    media,
    make('figcaption', {}, ...facts.map((fact) => make('span', { textContent: fact })), download),
  );
}

function failure(generation: Generation): HTMLElement[] {
  const message = make('p', {
    className: 'problem',
    textContent: generation.error?.message ?? 'The generation failed.',
  });
  const suggestions = (generation.error?.suggestions ?? []).map((text) => make('li', { textContent: text }));
  return suggestions.length > 0 ? [message, make('ul', { className: 'notes' }, ...suggestions)] : [message];
}

import { api, ProblemError, session } from './api.js';
import { element } from './dom.js';
import { followGeneration } from './job-view.js';
import { type Plan, showPlan } from './plan-view.js';

const planDelayMs = 250;
const prompt = element('prompt', HTMLTextAreaElement);
const quality = element('quality', HTMLSelectElement);
const generate = element('generate', HTMLButtonElement);
const image = element('image', HTMLInputElement);

let workingImageUrl: string | undefined;
let planned: { readonly text: string; readonly plan: Plan } | undefined;
let planning: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function showProblem(id: string, error: unknown): void {
  const place = element(id, HTMLElement);
  place.hidden = error === undefined;
  if (error === undefined) return;
  const fields = error instanceof ProblemError ? (error.problem.errors ?? []).map(({ message }) => message) : [];
  place.textContent = [error instanceof Error ? error.message : String(error), ...fields].join(' ');
  if (error instanceof ProblemError && error.problem.status === 401) showSignIn();
}

function processRequest(): Record<string, unknown> {
  return {
    prompt: prompt.value,
    user_preferences: { quality: quality.value },
    ...(workingImageUrl ? { working_image_url: workingImageUrl } : {}),
  };
}

function planSoon(): void {
  clearTimeout(timer);
  planning?.abort();
  planned = undefined;
  generate.disabled = prompt.value.trim() === '';
  if (generate.disabled) return showPlan(undefined, '');
  timer = setTimeout(() => void plan(), planDelayMs);
}

async function plan(): Promise<Plan | undefined> {
  planning?.abort();
  const current = (planning = new AbortController());
  const text = prompt.value;
  try {
    const answer = await api<Plan>('POST', '/api/v1/enhanced/process', processRequest(), current.signal);
    planned = { text, plan: answer };
    showProblem('create-problem', undefined);
    showPlan(answer, text);
    return answer;
  } catch (error) {
    if (current.signal.aborted) return undefined;
    showPlan(undefined, '');
    showProblem('create-problem', error);
    return undefined;
  }
}

async function submit(): Promise<void> {
  const text = prompt.value;
  if (text.trim() === '') return;
  generate.disabled = true;
  clearTimeout(timer);
  try {
    const current = planned?.text === text ? planned.plan : await plan();
    if (!current) return;
    const body = {
      prompt: text,
      request_id: current.request_id,
      ...(workingImageUrl ? { input_images: [workingImageUrl] } : {}),
    };
    const generation = await api<{ id: string }>('POST', '/api/v1/generations', body);
    showProblem('create-problem', undefined);
    followGeneration(generation.id, text).catch((error: unknown) => showProblem('create-problem', error));
  } catch (error) {
    showProblem('create-problem', error);
  } finally {
    generate.disabled = prompt.value.trim() === '';
  }
}

async function upload(file: File): Promise<void> {
  const form = new FormData();
  form.append('file', file);
  element('image-name', HTMLElement).textContent = 'Uploading…';
  try {
    const uploaded = await api<{ url: string }>('POST', '/api/v1/uploads', form);
    workingImageUrl = uploaded.url;
    element('image-name', HTMLElement).textContent = file.name;
    element('image-remove', HTMLElement).hidden = false;
    showProblem('create-problem', undefined);
  } catch (error) {
    removeImage();
    showProblem('create-problem', error);
  }
  planSoon();
}

function removeImage(): void {
  workingImageUrl = undefined;
  image.value = '';
  element('image-name', HTMLElement).textContent = 'Add an image';
  element('image-remove', HTMLElement).hidden = true;
}

function showSignIn(): void {
  session.close();
  element('studio', HTMLElement).hidden = true;
  element('sign-out', HTMLElement).hidden = true;
  element('sign-in', HTMLElement).hidden = false;
  element('key', HTMLInputElement).focus();
}

async function showStudio(): Promise<void> {
  const { providers } = await api<{ providers: { sandbox: boolean; enabled: boolean }[] }>('GET', '/api/v1/providers');
  element('sandbox', HTMLElement).hidden = !providers.some((provider) => provider.enabled && provider.sandbox);
  element('sign-in', HTMLElement).hidden = true;
  element('sign-out', HTMLElement).hidden = false;
  element('studio', HTMLElement).hidden = false;
  prompt.focus();
}

async function signIn(key: string): Promise<void> {
  session.open(key);
  try {
    await showStudio();
    showProblem('sign-in-problem', undefined);
  } catch (error) {
    showSignIn();
    const wrongKey = error instanceof ProblemError && error.problem.status === 401;
    showProblem('sign-in-problem', wrongKey ? new Error('This key is not known here. Check it and try again.') : error);
  }
}

element('sign-in', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn(element('key', HTMLInputElement).value.trim());
});
element('create', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
element('sign-out', HTMLButtonElement).addEventListener('click', showSignIn);
element('image-remove', HTMLButtonElement).addEventListener('click', () => {
  removeImage();
  planSoon();
});
prompt.addEventListener('input', planSoon);
prompt.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
});
quality.addEventListener('change', planSoon);
image.addEventListener('change', () => {
  const [file] = image.files ?? [];
  if (file) void upload(file);
});

// The start-up line offers a link with the key in the fragment, which browsers never send; it is taken out at once.
const linked = new URLSearchParams(location.hash.slice(1)).get('key');
if (linked) history.replaceState(null, '', location.pathname);
const known = linked ?? session.key();
if (known) void signIn(known);
else showSignIn();

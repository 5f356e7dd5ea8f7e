import { type ProviderSandbox, startProviderSandbox } from '@atelier/provider-sandbox';
import { type AtelierBrowser, describeWeb, openAtelier } from './browser.js';

interface Made {
  readonly id: string;
  readonly status: string;
}

describeWeb('what was made', () => {
  let sandbox: ProviderSandbox;
  let web: AtelierBrowser;
  beforeAll(async () => {
    sandbox = await startProviderSandbox({ timeScale: 0.2, control: true });
    web = await openAtelier({
      AI_API_KEY: 'key',
      AI_API_BASE: sandbox.geminiBaseUrl,
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: sandbox.openaiBaseUrl,
      REPLICATE_API_TOKEN: 'token',
      REPLICATE_BASE_URL: sandbox.replicateBaseUrl,
      CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1000',
    });
  });
  afterAll(async () => {
    await web.close();
    await sandbox.close();
  });

  const misbehave = (rules: object[]): Promise<Response> =>
    fetch(`${sandbox.url}/sandbox/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
  /** Makes a picture by the API and answers its id once it has ended. */
  const make = async (prompt: string, more: object = {}): Promise<string> => {
    const wish = { prompt, workflow_type: 'image_generation', model_id: 'black-forest-labs/flux-schnell', ...more };
    const { id } = (await (await web.atelier.request('POST', '/api/v1/generations', wish)).json()) as Made;
    await (await web.atelier.request('GET', `/api/v1/generations/${id}/events`)).text();
    return id;
  };

  it('is shown while it runs, refined, held against what it came from, and keeps its family', async () => {
    const { page } = web;
    const id = await make('a red fox in the snow', { session_id: 'fox-book' });
    await web.goto(`/gallery/${id}`);
    await page.getByRole('button', { name: 'Refine' }).click();
    await page.getByLabel('What should change?').fill('make the sky purple');
    await page.getByRole('dialog').getByRole('button', { name: 'Refine' }).click();
    await page.getByRole('heading', { level: 1, name: 'make the sky purple' }).waitFor();
    await page.getByRole('button', { name: 'Before and after' }).click();
    const slider = page.getByRole('slider', { name: 'Where before ends and after begins' });
    await slider.press('ArrowRight');
    expect(await slider.inputValue()).toBe('51');
    await page.getByRole('heading', { name: 'Comes from', exact: true }).waitFor();
    await web.shoot('generation-before-after');
    await web.expectAccessible();

    await page.getByRole('link', { name: 'a red fox in the snow' }).click();
    await page.getByRole('heading', { name: 'Came of it', exact: true }).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await saving).suggestedFilename()).toMatch(/^a-red-fox-in-the-snow\.(webp|png|jpg)$/);
  }, 120_000);

  it('is worked on in sessions, from any earlier result', async () => {
    const { page } = web;
    await web.goto('/gallery?view=sessions');
    await page.getByRole('link', { name: 'fox-book' }).click();
    await page.getByRole('heading', { level: 1, name: 'Session fox-book' }).waitFor();
    const first = page.getByRole('listitem').filter({ hasText: 'a red fox in the snow' });
    await first.getByRole('button', { name: 'Work on this' }).click();
    await first.getByText('Working image').waitFor();
    await web.shoot('session');
    await web.expectAccessible();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete session' }).click();
    await page.getByText('No sessions yet').waitFor();
  }, 60_000);

  it('that failed on every provider says why, and is tried again', async () => {
    const { page } = web;
    await misbehave([{ fault: { kind: 'fail' }, times: 1_000 }]);
    const id = await make('a castle that nobody can draw');
    await web.goto(`/gallery/${id}`);
    const notice = page.getByRole('alert').filter({ hasText: 'The model failed to produce a result' });
    await notice.waitFor();
    await web.shoot('generation-failed');
    await web.expectAccessible();
    await misbehave([]);
    await notice.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Download' }).waitFor();
    expect(page.url()).not.toContain(id);
  }, 120_000);

  it('is found by filters that stand in the address, and deleted after a question', async () => {
    const { page } = web;
    await make('a boat');
    await web.goto('/gallery');
    const tiles = page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await tiles.filter({ hasText: 'a boat' }).waitFor();
    await web.shoot('gallery');
    await web.expectAccessible();
    await page.getByLabel('Status').selectOption('failed');
    await tiles.filter({ hasText: 'a boat' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('/gallery?status=failed');
    await page.getByRole('button', { name: 'Select', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Select “a castle that nobody can draw”' }).check();
    await page.getByRole('button', { name: 'Delete 1 result' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete 1 result' }).click();
    await page.getByText('Nothing fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await tiles.filter({ hasText: 'a boat' }).waitFor();
  }, 60_000);

  it('by the AI way and the classic way is compared, judged and carried out', async () => {
    const { page } = web;
    await web.goto('/compare');
    await page.getByLabel('What do you want?').fill('a lighthouse at night');
    await page.keyboard.press('Control+Enter');
    const ai = page.getByRole('region', { name: 'AI-powered' });
    await ai.getByRole('button', { name: 'No' }).click();
    await ai.getByLabel('What should it have been?').selectOption('image_editing');
    await ai.getByRole('button', { name: 'Send' }).click();
    await ai.getByText('Thank you').waitFor();
    await ai.getByRole('button', { name: /^Generate for/ }).click();
    await ai.getByRole('button', { name: 'Download' }).waitFor();
    await web.shoot('compare');
    await web.expectAccessible();
    expect(web.problems).toEqual([]);
  }, 120_000);
});

import { type AtelierBrowser, describeWeb, openAtelier } from './browser.js';

describeWeb('monitoring and experiments', () => {
  let web: AtelierBrowser;
  beforeAll(async () => {
    web = await openAtelier();
  });
  afterAll(() => web.close());

  const plan = (prompt: string) => web.atelier.request('POST', '/api/v1/enhanced/process', { prompt });
  const tile = (label: string) => web.page.locator('dl > div').filter({ hasText: label });
  const card = (heading: string) =>
    web.page
      .getByRole('region')
      .or(web.page.locator('section'))
      .filter({
        has: web.page.getByRole('heading', { level: 2, name: heading }),
      });

  it('shows what happens as it happens, always dark, and counts nothing of its own', async () => {
    await web.goto('/monitoring');
    await tile('Plans').getByText('0', { exact: true }).waitFor();
    const asked = await web.atelier.request('POST', '/api/v1/generations', { prompt: 'a lighthouse at dusk' });
    expect(asked.status).toBe(202);
    // Nothing is pressed: the page asks by itself.
    await card('Recent activity').getByText('a lighthouse at dusk').first().waitFor();
    await tile('Generations that succeeded').getByText('100%').waitFor();
    expect(await web.page.evaluate("getComputedStyle(document.querySelector('main h1')).color")).toBe(
      'rgb(243, 241, 247)',
    );
    expect(await card('Most called endpoints').getByText('/api/monitoring').count()).toBe(0);
  });

  it('draws every chart as a table, too, over the window that is chosen', async () => {
    await web.page.getByRole('button', { name: '24 h' }).click();
    await web.page.getByRole('img', { name: /^Generations, last 24 hours\. Succeeded: 1; Failed: 0/ }).waitFor();
    const generations = card('Generations').first();
    await generations.getByRole('button', { name: 'As a table' }).click();
    await generations.getByRole('columnheader', { name: 'Succeeded' }).waitFor();
    await web.shoot('monitoring');
    await web.expectAccessible();
  });

  it('says what needs attention and where to go', async () => {
    await web.atelier.request('POST', '/api/v1/admin/queue/pause', { provider: 'openai' });
    await web.page.getByText('The queue is paused for openai.').waitFor();
    await web.page.getByRole('link', { name: 'Go to the queue' }).waitFor();
    await web.atelier.request('POST', '/api/v1/admin/queue/resume', { provider: 'openai' });
    await web.page.getByText('The queue is paused for openai.').waitFor({ state: 'detached' });
  });

  it('asks only when told to, once that is set, and remembers it', async () => {
    await web.page.getByRole('switch', { name: 'Every 5 s' }).click();
    await web.page.reload();
    await web.page.getByRole('switch', { name: 'Every 5 s', checked: false }).waitFor();
    await card('Recent activity').getByText('a lighthouse at dusk').first().waitFor();
    await plan('a fox in the snow');
    // The event is stored a moment after the answer: pressed again until it shows.
    const fox = card('Recent activity').getByText('a fox in the snow');
    while (!(await fox.isVisible())) {
      const answered = web.page.waitForResponse(/monitoring\/dashboard/);
      await web.page.getByRole('button', { name: 'Refresh' }).click();
      await answered;
    }
  });

  it('counts anew when that is confirmed', async () => {
    await web.page.getByText('Counting since the first start.').waitFor();
    await web.page.getByRole('button', { name: 'Count anew' }).click();
    await web.page.getByRole('alertdialog').getByRole('button', { name: 'Count anew' }).click();
    await web.page.getByText(/Counting since \w+ \d/).waitFor();
  });

  it('makes, starts, shows and stops an experiment', async () => {
    await web.goto('/experiments');
    await web.page.getByText('No experiments yet').waitFor();
    await make('');
    await web.page.getByText('Give it a name').waitFor();
    await fill('AI against keywords');
    await card('AI against keywords').getByRole('button', { name: 'Start' }).click();
    await card('AI against keywords').getByText('Running').waitFor();
    await web.page.getByText('Nobody took part yet.').waitFor();
    await web.shoot('experiments');
    await web.expectAccessible();
  });

  it('says why a second one can’t be started, and lets it start when the first is stopped', async () => {
    await make('Once more');
    const second = card('Once more');
    await second.getByRole('button', { name: 'Start' }).click();
    await second.getByRole('alert').filter({ hasText: 'while no other experiment of its kind runs' }).waitFor();
    await card('AI against keywords').getByRole('button', { name: 'Stop' }).click();
    await web.page.getByRole('button', { name: 'Stop the experiment' }).click();
    await card('AI against keywords').getByText('Stopped', { exact: true }).first().waitFor();
    await second.getByRole('button', { name: 'Start' }).click();
    await second.getByText('Running').waitFor();
  });

  it('shows others a sentence instead', async () => {
    const made = await web.atelier.request('POST', '/api/v1/admin/keys', { owner: 'tim', scopes: ['read'] });
    const { key } = (await made.json()) as { key: string };
    const page = await web.newPage();
    await page.goto(`${web.atelier.url}/#key=${key}`);
    await page.getByText('Signed in as tim').waitFor();
    for (const path of ['/monitoring', '/experiments']) {
      await page.goto(web.atelier.url + path);
      await page.getByText('This page is for administrators').waitFor();
    }
    await page.context().close();
  });

  it('had no script errors and broke no content policy', () => {
    expect(web.problems).toEqual([]);
  });

  async function make(name: string): Promise<void> {
    await web.page.getByRole('button', { name: 'New experiment' }).click();
    await fill(name);
  }

  async function fill(name: string): Promise<void> {
    await web.page.getByRole('textbox', { name: 'Name' }).fill(name);
    await web.page.getByRole('button', { name: 'Make the draft' }).click();
  }
});

import { type AtelierBrowser, describeWeb, openAtelier } from './browser.js';

describeWeb('administration and settings in a browser', () => {
  let web: AtelierBrowser;
  beforeAll(async () => {
    web = await openAtelier();
  });
  afterAll(() => web.close());

  it('makes a key that is shown once, and revokes it', async () => {
    const { page } = web;
    await web.goto('/admin/keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New API key' });
    await dialog.getByLabel('Owner').fill('sarah');
    await dialog.getByLabel('Name').fill('shop');
    await dialog.getByRole('button', { name: 'New API key' }).click();
    await dialog.getByText('never shown again').waitFor();
    const key = await dialog.locator('code').textContent();
    expect(key).toMatch(/^atl_/);
    expect((await web.atelier.request('GET', '/api/v1/me', undefined, { authorization: `Bearer ${key}` })).status).toBe(
      200,
    );
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('cell', { name: 'sarah' }).waitFor();
    expect(await page.content()).not.toContain(key);

    await page.getByRole('button', { name: 'Revoke shop' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect((await web.atelier.request('GET', '/api/v1/me', undefined, { authorization: `Bearer ${key}` })).status).toBe(
      401,
    );
  });

  it('sets the rollout by keyboard, and goes back to the configuration', async () => {
    const { page } = web;
    await web.goto('/admin/rollout');
    const slider = page.getByRole('slider', { name: 'Share of users' });
    await slider.focus();
    await page.keyboard.press('Home');
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText(/^Decided/).waitFor();
    const decided = (await (await web.atelier.request('GET', '/api/v1/admin/rollout')).json()) as {
      percentage: number;
    };
    expect(decided.percentage).toBe(3);
    await page.getByRole('button', { name: 'Back to the configuration' }).click();
    await page.getByText(/^The configuration holds/).waitFor();
  });

  it('pauses and resumes the queue, and says who paused it', async () => {
    const { page } = web;
    await web.goto('/admin/queue');
    await page.getByRole('button', { name: 'Pause everything' }).click();
    await page.getByText('The queue is paused').waitFor();
    await page.getByRole('button', { name: 'Resume everything' }).click();
    await page.getByText('The queue is paused').waitFor({ state: 'detached' });
  });

  it('refuses thresholds that are none, and saves those that are', async () => {
    const { page } = web;
    await web.goto('/admin/budgets');
    const day = page.getByLabel('Percent of the day’s budget');
    await day.fill('half');
    await page.getByText('Whole numbers from 1 to 1000').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await day.fill('50, 90');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').first().waitFor();
  });

  it('shows the server’s refusal where it happened and keeps what was typed', async () => {
    const { page } = web;
    await web.goto('/admin/alerts');
    await page.getByRole('button', { name: 'New channel' }).click();
    const dialog = page.getByRole('dialog', { name: 'Alert channel' });
    await dialog.getByLabel('Name').fill('On call');
    await dialog.getByLabel('Address').fill('http://169.254.169.254/latest');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('On call');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('has all of it in the audit log', async () => {
    const { page } = web;
    await web.goto('/admin/audit');
    await page.getByRole('cell', { name: 'admin', exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Show more' }).count();
    expect(await page.getByRole('row').count()).toBeGreaterThan(6);
    await page.getByLabel('Who').fill('nobody');
    await page.getByText('No act matches.').waitFor();
  });

  it.each(['providers', 'limits', 'budgets', 'alerts', 'queue', 'audit', 'rollout'])(
    'is accessible at %s',
    async (section) => {
      await web.goto(`/admin/${section}`);
      await web.page.getByRole('tabpanel').locator('section, table').first().waitFor();
      await web.expectLoaded();
      await web.shoot(`admin-${section}`);
      await web.expectAccessible();
    },
  );

  it('keeps preferences, and forgets them when they are reset', async () => {
    const { page } = web;
    await web.goto('/settings');
    await page.getByLabel('What matters most').selectOption('speed');
    await page.getByRole('button', { name: 'Save preferences' }).click();
    await page.getByText('Saved. New plans start from this.').waitFor();
    await page.reload();
    expect(await page.getByLabel('What matters most').inputValue()).toBe('speed');
    await page.getByRole('button', { name: 'Reset preferences' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reset preferences' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await page.getByLabel('What matters most').inputValue()).toBe('');
  });

  it('exports everything as a zip', async () => {
    const { page } = web;
    await web.goto('/settings');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export everything as a zip' }).click();
    expect((await download).suggestedFilename()).toBe('atelier-export.zip');
  });

  it('had no script errors and broke no content policy', () => {
    expect(web.problems).toEqual([]);
  });
});

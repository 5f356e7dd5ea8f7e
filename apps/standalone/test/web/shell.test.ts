import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../standalone-process.js';
import { type AtelierBrowser, describeWeb, openAtelier } from './browser.js';

const pages = [
  ['/', 'Create'],
  ['/gallery', 'Gallery'],
  ['/presets', 'Presets'],
  ['/references', 'References'],
  ['/playground', 'Playground'],
  ['/compare', 'Compare'],
  ['/monitoring', 'Monitoring'],
  ['/experiments', 'Experiments'],
  ['/admin', 'Administration'],
  ['/settings', 'Settings'],
] as const;

describeWeb('the web application', () => {
  let web: AtelierBrowser;
  beforeAll(async () => {
    web = await openAtelier();
  });
  afterAll(() => web.close());

  it('signs in with the printed link, which then no longer shows the key', async () => {
    await web.page.getByRole('main').waitFor();
    expect(web.page.url()).not.toContain(web.atelier.key);
    await web.page.getByText('Sandbox').first().waitFor();
  });

  it.each(pages)(
    'serves %s as a page with one heading, accessible in light and dark and on a phone',
    async (path, title) => {
      await web.goto(path);
      await web.page.getByRole('heading', { level: 1, name: title }).waitFor();
      await web.expectLoaded();
      await web.shoot(`empty-${title.toLowerCase()}`);
      await web.expectAccessible();
    },
  );

  it('refuses a wrong key with a sentence, and opens with the right one', async () => {
    const page = await web.newPage();
    await page.goto(`${web.atelier.url}/gallery`);
    await page.getByLabel('API key or token').fill('atl_live_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'not known' }).waitFor();
    await page.getByLabel('API key or token').fill(web.atelier.key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Gallery' }).waitFor();
    // Session storage is the tab's own; nothing that outlives it knows the key.
    expect(await page.evaluate<string>('JSON.stringify({ ...localStorage }) + document.cookie')).not.toContain(
      web.atelier.key,
    );
    await page.context().close();
  });

  it('asks to sign in again when a key is revoked, and keeps what was typed', async () => {
    const made = await web.atelier.request('POST', '/api/v1/admin/keys', {
      owner: 'sarah',
      scopes: ['generate', 'read'],
    });
    const { id, key } = (await made.json()) as { id: string; key: string };
    const page = await web.newPage();
    await page.goto(`${web.atelier.url}/#key=${key}`);
    const prompt = page.getByLabel('What would you like to make?');
    await prompt.fill('a lighthouse at dusk');
    await web.atelier.request('DELETE', `/api/v1/admin/keys/${id}`);
    await prompt.fill('a lighthouse at dusk, in watercolour');
    await page.getByText('no longer accepted').waitFor();
    await page.getByLabel('API key or token').fill(web.atelier.key);
    await page.keyboard.press('Enter');
    await prompt.waitFor();
    expect(await prompt.inputValue()).toBe('a lighthouse at dusk, in watercolour');
    await page.context().close();
  });

  it('says when the server is away, and goes on when it is back', async () => {
    await web.goto('/gallery');
    await web.page.getByRole('heading', { level: 1 }).waitFor();
    await web.page.context().setOffline(true);
    await web.page.getByRole('link', { name: 'References' }).first().click();
    await web.page.getByText('can’t be reached').first().waitFor();
    await web.page.context().setOffline(false);
    await web.page.getByRole('status').filter({ hasText: 'can’t be reached' }).waitFor({ state: 'detached' });
    await web.page.getByRole('heading', { level: 1, name: 'References' }).waitFor();
  });

  it('hides what administrators do from everybody else', async () => {
    const made = await web.atelier.request('POST', '/api/v1/admin/keys', {
      owner: 'tim',
      scopes: ['generate', 'read'],
    });
    const { key } = (await made.json()) as { key: string };
    const page = await web.newPage();
    await page.goto(`${web.atelier.url}/#key=${key}`);
    await page.getByRole('link', { name: 'Gallery' }).waitFor();
    await page.getByText('Signed in as tim').waitFor();
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await page.context().close();
  });

  it('works by keyboard alone: skip link, navigation, theme', async () => {
    await web.goto('/');
    await web.page.getByRole('heading', { level: 1 }).waitFor();
    await web.page.evaluate('document.activeElement?.blur()');
    await web.page.keyboard.press('Tab');
    expect(await web.page.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
    await web.page.keyboard.press('Enter');
    expect(await web.page.evaluate('document.activeElement.id || location.hash')).toMatch(/main/);
  });

  it('loads at most 200 kB of compressed script before the first page', async () => {
    const dist = join(root, 'apps/web/dist');
    const html = await readFile(join(dist, 'index.html'), 'utf8');
    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name ?? '');
    const create = (await readdir(join(dist, 'assets'))).filter((name) => /^create-page-.*\.js$/.test(name));
    const sizes = await Promise.all(
      [...first, ...create.map((name) => `assets/${name}`)].map(
        async (name) => gzipSync(await readFile(join(dist, name))).length,
      ),
    );
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  });

  it('had no script errors, broke no content policy and loaded nothing from elsewhere', () => {
    expect(web.problems).toEqual([]);
  });
});

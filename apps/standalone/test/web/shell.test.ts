import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
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

const jwtSecret = 'a secret of at least thirty-two characters';

describeWeb('the web application', () => {
  let web: AtelierBrowser;
  beforeAll(async () => {
    web = await openAtelier({ JWT_SECRET: jwtSecret, ADMIN_API_KEY: `atl_test_${'a'.repeat(40)}` });
  });
  afterAll(() => web.close());

  const makeKey = async (owner: string): Promise<{ id: string; key: string }> => {
    const made = await web.atelier.request('POST', '/api/v1/admin/keys', { owner, scopes: ['generate', 'read'] });
    return (await made.json()) as { id: string; key: string };
  };

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

  it('opens with a JWT, too, as the user it names', async () => {
    const token = await new SignJWT({ sub: 'tom' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(jwtSecret));
    const page = await web.newPage();
    await page.goto(web.atelier.url);
    await page.getByLabel('API key or token').fill(token);
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as tom').waitFor();
    await page.context().close();
  });

  it('asks to sign in again when a key is revoked, and keeps what was typed for its user alone', async () => {
    const [first, second] = [await makeKey('sarah'), await makeKey('sarah')];
    const page = await web.newPage();
    await page.goto(`${web.atelier.url}/#key=${first.key}`);
    const prompt = page.getByLabel('What would you like to make?');
    const signIn = async (key: string): Promise<void> => {
      await page.getByText('no longer accepted').waitFor();
      await page.getByLabel('API key or token').fill(key);
      await page.keyboard.press('Enter');
      await prompt.waitFor();
    };
    await page.getByText('Signed in as sarah').waitFor();
    await prompt.fill('a lighthouse at dusk');
    await web.atelier.request('DELETE', `/api/v1/admin/keys/${first.id}`);
    await prompt.fill('a lighthouse at dusk, in watercolour');
    await signIn(second.key);
    expect(await prompt.inputValue()).toBe('a lighthouse at dusk, in watercolour');

    await web.atelier.request('DELETE', `/api/v1/admin/keys/${second.id}`);
    await prompt.fill('a lighthouse at dawn');
    await signIn(web.atelier.key);
    expect(await prompt.inputValue()).toBe('');
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
    const { key } = await makeKey('tim');
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

  it('comes compressed, is kept by browsers, says what it is, and does not jump while it loads', async () => {
    const page = await web.newPage();
    const answers: { url: string; encoding: string | undefined; cache: string | undefined }[] = [];
    page.on('response', (response) => {
      const { 'content-encoding': encoding, 'cache-control': cache } = response.headers();
      if (/\/assets\/.*\.(js|css)$/.test(response.url())) answers.push({ url: response.url(), encoding, cache });
    });
    await web.goto('/', page);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await web.expectLoaded(page);
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.filter(({ encoding }) => encoding !== 'br' && encoding !== 'gzip')).toEqual([]);
    expect(answers.filter(({ cache }) => !cache?.includes('immutable'))).toEqual([]);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.title()).toContain('Atelier');
    expect(await page.locator('meta[name=description]').getAttribute('content')).toBeTruthy();
    expect(await page.locator('meta[name=viewport]').getAttribute('content')).toContain('width=device-width');
    // The sum of https://web.dev/articles/cls; up to 0.1 is good.
    const shifts = await page.evaluate<{ value: number }[]>(`(() => {
      const observer = new PerformanceObserver(() => {});
      observer.observe({ type: 'layout-shift', buffered: true });
      return observer.takeRecords().map(({ value }) => ({ value }));
    })()`);
    expect(shifts.reduce((sum, { value }) => sum + value, 0)).toBeLessThan(0.1);
    await page.context().close();
  });

  it('had no script errors, broke no content policy and loaded nothing from elsewhere', () => {
    expect(web.problems).toEqual([]);
  });
});

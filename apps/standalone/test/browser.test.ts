import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { root, type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

const candidates = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = candidates.find((path) => path && existsSync(path));
// These run in the page; this file is compiled without the DOM's types.
interface PageGlobals {
  document: {
    querySelector(
      selector: string,
    ): { naturalWidth: number; readyState: number; videoWidth: number; currentTime: number } | null;
  };
}
const isPictureShown = (): boolean => {
  const picture = (globalThis as unknown as PageGlobals).document.querySelector('article img');
  return picture !== null && picture.naturalWidth > 0;
};
const isVideoPlaying = (): boolean => {
  const video = (globalThis as unknown as PageGlobals).document.querySelector('video');
  return video !== null && video.readyState >= 2 && video.videoWidth > 0 && video.currentTime > 0;
};
const screenshots = join(root, 'artifacts/screenshots');

if (!executablePath && process.env['CI'] === 'true')
  throw new Error('no Chromium: with CI=true the browser journey must run (apt-get install chromium)');
if (!executablePath)
  process.stderr.write(
    'NOT RUN: browser journey, no Chromium found (apt-get install chromium, or set CHROMIUM_PATH)\n',
  );

(executablePath ? describe : describe.skip)('the first page in a browser', () => {
  let atelier: StandaloneProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    atelier = await startStandaloneProcess({ env: { SANDBOX_TIME_SCALE: '0.2' } });
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ];
    browser = await chromium.launch({ executablePath: executablePath ?? '', args });
    page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(atelier.url) && !request.url().startsWith('data:'))
        problems.push(`left the server: ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser.close();
    await atelier.stop();
  });

  const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

  it('signs in with the printed link, which then no longer shows the key', async () => {
    await page.goto(`${atelier.url}/#key=${atelier.key}`);
    await page.getByRole('textbox', { name: 'What would you like to make?' }).waitFor();
    expect(page.url()).not.toContain(atelier.key);
    expect(await page.locator('#sandbox').isVisible()).toBe(true);
  });

  it('shows the plan while typing', async () => {
    await page.locator('#prompt').fill('a lighthouse at dusk, painted in watercolour with soft light');
    await page.locator('#plan').waitFor();
    expect(await page.locator('#plan-workflow').textContent()).toBe('Image generation');
    expect(await page.locator('#plan-model').textContent()).toBe('black-forest-labs/flux-1.1-pro');
    expect(await page.locator('#plan-cost').textContent()).toBe('$0.04');
    await shoot('plan');
  });

  it('generates with live progress and shows the picture', async () => {
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.locator('article[data-status="running"] progress').first().waitFor();
    const picture = page.locator('article[data-status="succeeded"] img').first();
    await picture.waitFor({ timeout: 60_000 });
    await page.waitForFunction(isPictureShown);
    await shoot('picture');
  });

  it('plays the video', async () => {
    await page.locator('#prompt').fill('a short video clip of waves rolling onto a beach at night');
    await page.locator('#prompt').press('Control+Enter');
    await page.locator('article[data-status="succeeded"] video').waitFor({ timeout: 90_000 });
    await page.waitForFunction(isVideoPlaying);
    await shoot('video');
  });

  it('says what is wrong with a prompt and keeps what was typed', async () => {
    problems.length = 0;
    await page.locator('#prompt').fill('<script>alert(1)</script> a cat');
    await page.locator('#create-problem').waitFor();
    expect(await page.locator('#create-problem').textContent()).not.toBe('');
    expect(await page.locator('#prompt').inputValue()).toContain('a cat');
    problems.splice(0, problems.length, ...problems.filter((text) => !text.includes('422')));
  });

  it('refuses a wrong key with a sentence', async () => {
    const other = await browser.newPage();
    await other.goto(atelier.url);
    await other.getByLabel('API key').fill('atl_live_wrong');
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.locator('#sign-in-problem').waitFor();
    expect(await other.locator('#sign-in-problem').textContent()).toContain('not known');
    await other.close();
  });

  it('had no script errors, broke no content policy and loaded nothing from elsewhere', () => {
    expect(problems).toEqual([]);
  });
});

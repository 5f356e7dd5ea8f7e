import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { root, type StandaloneProcess, startStandaloneProcess } from '../standalone-process.js';

const candidates = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = candidates.find((path) => path && existsSync(path));
const screenshots = join(root, 'artifacts/screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

if (!executablePath && process.env['CI'] === 'true')
  throw new Error('no Chromium: with CI=true the web application must be tested (apt-get install chromium)');
if (!executablePath)
  process.stderr.write(
    'NOT RUN: the web application in a browser, no Chromium found (apt-get install chromium, or set CHROMIUM_PATH)\n',
  );

/** `describe`, where there is a browser. */
export const describeWeb = executablePath ? describe : describe.skip;

/** The application in a browser, against the real standalone process. */
export interface AtelierBrowser {
  readonly atelier: StandaloneProcess;
  readonly page: Page;
  /** Errors of scripts, of the content policy and in the console, and requests that left the server. Refusals (4xx, 5xx) are no errors. */
  readonly problems: string[];
  /** Another page: another person's browser, unless it is told otherwise. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  /** Opens an address of the application, signed in as the administrator. */
  goto(path: string, page?: Page): Promise<void>;
  /** Resolves when nothing is being waited for any more. */
  expectLoaded(page?: Page): Promise<void>;
  /** Keeps a picture of the whole page as an artefact. */
  shoot(name: string, page?: Page): Promise<void>;
  /** Rejects with every violation of WCAG 2.2 AA that axe finds, in light and dark, and when the page scrolls sideways at 360 px. */
  expectAccessible(page?: Page): Promise<void>;
  close(): Promise<void>;
}

/** Starts the process and a browser that is signed in. */
export async function openAtelier(env: Record<string, string> = {}): Promise<AtelierBrowser> {
  mkdirSync(screenshots, { recursive: true });
  const atelier = await startStandaloneProcess({ env: { SANDBOX_TIME_SCALE: '0.2', ...env } });
  const browser = await chromium.launch({ executablePath: executablePath ?? '', args });
  const problems: string[] = [];
  const watched = (context: BrowserContext): void => {
    context.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION/.test(message.text()))
        problems.push(message.text());
    });
    context.on('weberror', (error) => problems.push(error.error().message));
    context.on('request', (request) => {
      if (!request.url().startsWith(atelier.url) && !/^(data|blob):/.test(request.url()))
        problems.push(`left the server: ${request.url()}`);
    });
  };
  const newPage = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    watched(context);
    return context.newPage();
  };
  const page = await newPage();
  await page.goto(`${atelier.url}/#key=${atelier.key}`);

  return {
    atelier,
    page,
    problems,
    newPage,
    async goto(path, target = page) {
      if (target.url() === 'about:blank') {
        await target.goto(`${atelier.url}/#key=${atelier.key}`);
        await target.getByRole('main').waitFor();
      }
      await target.goto(atelier.url + path);
    },
    async expectLoaded(target = page) {
      await target.locator('[role=status] .sr-only, .animate-pulse').first().waitFor({ state: 'detached' });
    },
    async shoot(name, target = page) {
      await target.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    },
    async expectAccessible(target = page) {
      const found: string[] = [];
      const size = target.viewportSize();
      for (const colorScheme of ['light', 'dark'] as const) {
        await target.emulateMedia({ colorScheme });
        found.push(...(await violations(target)).map((violation) => `${colorScheme}: ${violation}`));
      }
      await target.emulateMedia({ colorScheme: 'light' });
      await target.setViewportSize({ width: 360, height: 740 });
      const beyond = await target.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      if (beyond > 0) found.push(`scrolls sideways by ${beyond} px at 360 px`);
      found.push(...(await violations(target)).map((violation) => `360 px: ${violation}`));
      if (size) await target.setViewportSize(size);
      expect(found).toEqual([]);
    },
    async close() {
      await browser.close();
      await atelier.stop();
    },
  };
}

interface AxeViolation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  // Changed colours are there with the next frame.
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const options = JSON.stringify({ runOnly: { type: 'tag', values: wcag }, resultTypes: ['violations'] });
  const found = await page.evaluate<AxeViolation[]>(
    `axe.run(document, ${options}).then(({ violations }) => violations)`,
  );
  return found.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 4)
        .map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`)
        .join('; ')}`,
  );
}

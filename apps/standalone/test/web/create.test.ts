import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { type AtelierBrowser, describeWeb, openAtelier } from './browser.js';

const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c33' } })
  .png()
  .toBuffer();
const image = (name: string) => ({ name, mimeType: 'image/png', buffer: picture });

describeWeb('Create', () => {
  let web: AtelierBrowser;
  let page: Page;
  let prompt: Locator;
  beforeAll(async () => {
    web = await openAtelier();
    page = web.page;
    prompt = page.getByRole('combobox', { name: 'What would you like to make?' });
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(picture)], { type: 'image/png' }), 'sarah.png');
    const headers = { authorization: `Bearer ${web.atelier.key}` };
    const uploaded = await fetch(`${web.atelier.url}/api/v1/uploads`, { method: 'POST', headers, body });
    const { upload_id } = (await uploaded.json()) as { upload_id: string };
    await web.atelier.request('POST', '/api/v1/references', { tag: 'sarah', name: 'Sarah', upload_id });
  });
  afterAll(() => web.close());
  beforeEach(async () => {
    await page.evaluate(
      'for (const name of Object.keys(sessionStorage)) if (/draft/.test(name)) sessionStorage.removeItem(name)',
    );
    await web.goto('/');
    await prompt.waitFor();
  });

  const planOf = (workflow: string) => page.getByRole('heading', { level: 3, name: workflow, exact: true });
  const planned = () => page.getByText(/^(Planning|Waiting for the server)…$/).waitFor({ state: 'detached' });
  const generate = () => page.getByRole('button', { name: 'Generate', exact: true });

  it('completes words and tags by keyboard, shows the plan with its price, and runs it', async () => {
    await prompt.pressSequentially('portr');
    await page.getByRole('option', { name: /portrait of a woman/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await prompt.inputValue()).toBe('portrait of a woman');
    await planOf('Image generation').waitFor();
    await planned();
    await page.getByText('$0.04').first().waitFor();
    await web.shoot('create-plan');
    await web.expectAccessible();
    await page.keyboard.press('Control+Enter');
    await page
      .getByRole('region', { name: 'Results' })
      .getByRole('img', { name: /portrait of a woman/ })
      .waitFor();
    await web.shoot('create-result');
  });

  it('picks a reference with its picture, and says which tag is unknown', async () => {
    await prompt.pressSequentially('@s');
    await page
      .getByRole('option', { name: /@sarah/ })
      .locator('img')
      .waitFor();
    await web.shoot('create-references');
    await page.keyboard.press('Tab');
    await page.keyboard.type('and @nobody on a beach');
    expect(await prompt.inputValue()).toBe('@sarah and @nobody on a beach');
    await page.getByText('You have no reference @nobody').waitFor();
    await page.getByText('@sarah, Sarah').waitFor();
  });

  it('takes images, refuses what is none or too large, and keeps what was typed', async () => {
    await prompt.fill('restore this old photo');
    await page.getByText('This needs a picture to work on.').waitFor();
    await generate().click();
    await page.getByRole('alert').filter({ hasText: 'needs a picture' }).waitFor();
    // Made in the browser: 30 MB are not sent there first.
    const dropped = await page.evaluateHandle(`(() => {
      const files = new DataTransfer();
      files.items.add(new File(['%PDF-1.4'], 'paper.pdf', { type: 'application/pdf' }));
      files.items.add(new File([new Uint8Array(30_000_000)], 'huge.png', { type: 'image/png' }));
      return files;
    })()`);
    await prompt.dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByText(/paper\.pdf is not/).waitFor();
    await page.getByText(/huge\.png is larger than 25 MB/).waitFor();
    await page
      .getByTestId('file-input')
      .first()
      .setInputFiles([image('photo.png')]);
    await page.getByRole('img', { name: 'Attached image photo.png' }).waitFor();
    await page.getByText('This needs a picture to work on.').first().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('img', { name: 'Attached image photo.png' }).waitFor();
    expect(await prompt.inputValue()).toBe('restore this old photo');
  });

  it('plans another reading with one click, and lets the prompt decide again', async () => {
    await prompt.fill('a lighthouse at dusk');
    await page.getByRole('button', { name: /Text to video · \d+%/ }).click();
    await planOf('Text to video').waitFor();
    await page.getByText('chosen by you').waitFor();
    await page.getByRole('button', { name: 'Let the prompt decide again' }).click();
    await planOf('Image generation').waitFor();
  });

  it('works on in a session: each result is the next working image', async () => {
    await page.getByRole('button', { name: 'Session', exact: true }).click();
    await page.getByRole('button', { name: 'Start a new session' }).click();
    await prompt.fill('a lighthouse at dusk');
    await generate().click();
    await page.getByRole('img', { name: 'Working image of the session' }).waitFor();
    await prompt.fill('make the sky purple');
    await planOf('Image editing').waitFor();
    await page.getByRole('button', { name: 'Remove the working image' }).click();
    await page.getByRole('img', { name: 'Working image of the session' }).waitFor({ state: 'detached' });
  });

  it('is filled in by an address, shows only what the model honours, and keeps the rest for another one', async () => {
    await web.goto('/?prompt=a+red+boat&preset=oil_painting&model=lightricks/ltx-video&seed=42');
    await page.getByText('Preset: Oil Painting').waitFor();
    expect(await prompt.inputValue()).toBe('a red boat');
    expect(page.url()).toBe(`${web.atelier.url}/`);
    await page.getByRole('button', { name: 'Advanced' }).click();
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('42');
    await page.getByRole('slider', { name: 'Steps' }).press('ArrowRight');
    await page.getByText('2 parameters set').waitFor();
    await web.shoot('create-advanced');
    await web.expectAccessible();
    await page.getByLabel('Model', { exact: true }).selectOption('black-forest-labs/flux-1.1-pro');
    await page.getByText('Kept, but not used by FLUX1.1 [pro]').waitFor();
    expect(await page.getByRole('slider', { name: 'Steps' }).count()).toBe(0);
    await planOf('Image generation').waitFor();
    await page.getByRole('button', { name: 'Advanced' }).click();
  });

  it('shows what enhancing would add before it is taken, and takes it back', async () => {
    await prompt.fill('a cat on a chair');
    await page.getByRole('button', { name: 'Enhance' }).click();
    await page.getByRole('insertion').filter({ hasText: 'high quality' }).first().waitFor();
    await page.getByRole('button', { name: 'Use this' }).click();
    expect(await prompt.inputValue()).toContain('a cat on a chair, high quality');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await prompt.inputValue()).toBe('a cat on a chair');
  });

  it('says why something is refused and offers the way on, with everything still there', async () => {
    await prompt.fill('<script>alert(1)</script>');
    await page.getByRole('alert').filter({ hasText: 'holds a script element' }).waitFor();
    const refuse = (status: number, problem: object) =>
      page.route('**/api/v1/generations', (route) =>
        route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
      );
    await refuse(429, { code: 'RATE_LIMITED', detail: 'That is the limit of this minute.', retry_after_s: 2 });
    await prompt.fill('a green boat');
    await generate().click();
    await page.getByRole('button', { name: /Try again in \d s/ }).waitFor();
    await page.unroute('**/api/v1/generations');
    await refuse(422, { code: 'CONTENT_POLICY', detail: 'Not like this.', suggestions: ['a toy boat'] });
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await web.shoot('create-refused');
    await page.getByRole('button', { name: 'a toy boat' }).click();
    expect(await prompt.inputValue()).toBe('a toy boat');
    await page.unroute('**/api/v1/generations');
    await generate().click();
    await page.getByRole('region', { name: 'Results' }).getByRole('heading', { name: 'a toy boat' }).waitFor();
  });

  it('had no script errors and loaded nothing from elsewhere', () => {
    expect(web.problems).toEqual([]);
  });
});

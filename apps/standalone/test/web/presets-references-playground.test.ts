import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type AtelierBrowser, describeWeb, openAtelier } from './browser.js';

/** A picture with a shape and a word in it. */
function picture(colour: string): Promise<Buffer> {
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="${colour}"/>
    <circle cx="430" cy="150" r="90" fill="#2b3a67"/><text x="40" y="330" font-family="sans-serif" font-size="60">Bread</text></svg>`;
  return sharp(Buffer.from(drawn)).png().toBuffer();
}

describeWeb('presets, references and the playground', () => {
  let web: AtelierBrowser;
  let folder: string;
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atelier-pictures-'));
    await writeFile(file('sarah.png'), await picture('#e0b050'));
    await writeFile(file('red dress.png'), await picture('#b03040'));
    await writeFile(file('paper.pdf'), '%PDF-1.4');
    await writeFile(file('huge.png'), Buffer.alloc(30_000_000));
    web = await openAtelier();
  });
  afterAll(async () => {
    await web.close();
    await rm(folder, { recursive: true });
  });

  it('writes a preset: says what is wrong, keeps what was typed, shows who changed it meanwhile', async () => {
    const { page } = web;
    await web.goto('/presets');
    await page.getByRole('button', { name: 'Open Cinematic Portrait' }).waitFor();
    await page.getByRole('button', { name: 'New preset' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Rainy Street');
    await page.getByLabel('Template').fill('wet asphalt');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('it has none').waitFor();
    await web.expectAccessible();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('button', { name: 'Go on editing' }).click();
    await page.getByLabel('Template').fill('{prompt}, wet asphalt');
    await page.getByRole('button', { name: 'Save' }).click();
    const more = page.getByRole('button', { name: 'More for Rainy Street' });
    await more.click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('Template').fill('{prompt}, mine');
    const elsewhere = { name: 'Rainy Street', category: 'image', prompt_template: '{prompt}, theirs' };
    expect((await web.atelier.request('PUT', '/api/presets/rainy_street', elsewhere)).status).toBe(200);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').filter({ hasText: '{prompt}, theirs' }).waitFor();
    await web.shoot('presets-conflict');
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByRole('dialog', { name: 'Edit “Rainy Street”' }).waitFor({ state: 'detached' });
  });

  it('previews a preset, goes back to an earlier version and shares it by a link', async () => {
    const { page } = web;
    await web.goto('/presets?owner=me');
    await page.getByRole('button', { name: 'Open Rainy Street' }).click();
    await page.getByLabel('Your prompt').fill('a cat');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('region', { name: 'What a model would be asked' }).getByText('a cat, mine').waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    const first = page.getByRole('listitem').filter({ hasText: 'Version 1' });
    await first.getByRole('button', { name: 'Go back to this' }).click();
    await page.getByText('Version 1 is in force again.').waitFor();
    await page.getByRole('tab', { name: 'Share' }).click();
    await page.getByRole('button', { name: 'Show the link' }).click();
    const link = new URL(await page.getByLabel('Link', { exact: true }).inputValue());
    await web.shoot('presets-share');
    await web.expectAccessible();
    await web.goto(link.pathname + link.search);
    const shared = page.getByRole('dialog', { name: 'Rainy Street' });
    await shared.getByText('wet asphalt').first().waitFor();
    const use = shared.getByRole('link', { name: 'Use in Create' });
    expect(await use.getAttribute('href')).toContain(encodeURIComponent(link.searchParams.get('preset') ?? '-'));
  });

  it('tags pictures, names what is no picture, and changes tag and picture', async () => {
    const { page } = web;
    await web.goto('/references');
    await page.getByText('No references yet').waitFor();
    const files = ['sarah.png', 'red dress.png', 'paper.pdf', 'huge.png'].map(file);
    await page.getByTestId('file-input').first().setInputFiles(files);
    await page.getByText('paper.pdf is not a').waitFor();
    await page.getByText('huge.png is larger').waitFor();
    await page.getByRole('img', { name: 'Picture of @red_dress' }).waitFor();
    const tag = page.getByLabel('Tag', { exact: true });
    await tag.nth(1).fill('red dress');
    await page.getByText('without spaces').waitFor();
    await tag.nth(1).fill('dress');
    await page.getByLabel('What it is for').nth(1).selectOption('garment');
    await web.expectAccessible();
    await page.getByRole('button', { name: 'Save all 2' }).click();
    await page.getByRole('heading', { name: '@dress' }).waitFor();
    await page.getByText('Garment').waitFor();
    await page.getByRole('button', { name: 'More for @sarah' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('Tag', { exact: true }).fill('sally');
    await page
      .getByRole('dialog', { name: 'Edit @sarah' })
      .getByTestId('file-input')
      .setInputFiles(file('red dress.png'));
    await page.getByRole('img', { name: 'The new picture' }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: '@sally' }).waitFor();
    await web.shoot('references');
    await web.expectAccessible();
    await page.getByRole('button', { name: 'More for @dress' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete reference' }).click();
    await page.getByRole('heading', { name: '@dress' }).waitFor({ state: 'detached' });
  });

  it('works on several pictures: one that fails keeps none of the others back', async () => {
    const { page } = web;
    await web.goto('/playground');
    await page.getByText('Results appear here').waitFor();
    await page.getByTestId('file-input').first().setInputFiles(['sarah.png', 'red dress.png', 'paper.pdf'].map(file));
    await page.getByText('paper.pdf is not a').waitFor();
    await page.getByRole('img', { name: 'Picture red dress.png' }).waitFor();
    await page.getByRole('button', { name: 'From the web' }).click();
    await page.getByLabel('Addresses of pictures').fill('http://nowhere.invalid/gone.png nonsense');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('No web address: nonsense').waitFor();
    await page.getByRole('radio', { name: 'Prepare a sketch' }).check({ force: true });
    await page.getByRole('button', { name: 'Report' }).click();
    await web.expectAccessible();
    await page.getByRole('button', { name: 'Start with 3 pictures' }).click();
    await page.getByText('1 picture could not be done').waitFor();
    await page.getByRole('button', { name: 'Look at sarah.png' }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Download all (zip)' }).waitFor({ timeout: 60_000 });
    await page.getByText('3 of 3 processed').first().waitFor();
    await web.shoot('playground');
    await web.expectAccessible();
  }, 120_000);

  it('shows before and after, palette and text of a result, also after a reload, and saves all as a zip', async () => {
    const { page } = web;
    await page.reload();
    await page
      .getByRole('button', { name: /^Look at / })
      .first()
      .click();
    await page.getByRole('slider', { name: 'Where before ends' }).waitFor();
    await page.getByRole('heading', { name: 'Palette' }).waitFor();
    await page
      .getByRole('button', { name: /^Copy #/ })
      .first()
      .waitFor();
    await page.getByRole('tab', { name: /^Text/ }).click();
    await web.shoot('playground-result');
    await web.expectAccessible();
    await page.keyboard.press('Escape');
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download all (zip)' }).click();
    const zip = await readFile(await (await downloaded).path());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    expect(zip.includes('red dress.png')).toBe(true);
  });

  it('had no script errors, broke no content policy and loaded nothing from elsewhere', () => {
    expect(web.problems).toEqual([]);
  });
});

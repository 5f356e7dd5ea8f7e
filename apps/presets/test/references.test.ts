import { byOmar, bySarah, client, context, image, put, references, usePresetsService } from './running-presets.js';

usePresetsService();

const update = (tag: string, change: { newTag?: string; name?: string; role?: string }, by = bySarah) =>
  references.updateReference({ tag, newTag: undefined, name: undefined, role: undefined, ...change }, by);
const stored = async (tag: string, by = bySarah) => (await context({ tags: [tag] }, by)).references[0];
const thumbnailKey = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90.webp';

describe('a reference', () => {
  it('keeps its role and thumbnail, and its image through every change of the rest', async () => {
    await put('sarah', bySarah, { role: 'person', thumbnailKey });
    expect(await stored('sarah')).toMatchObject({ role: 'person', thumbnailKey, imageUrl: image });
    const { reference } = await update('sarah', { newTag: 'Sally', role: 'style' });
    expect(reference).toMatchObject({ tag: 'Sally', name: 'Sally', role: 'style', thumbnailKey, imageUrl: image });
    await update('sally', { name: 'Sally B.', role: '' });
    expect(await stored('SALLY')).toMatchObject({ tag: 'Sally', name: 'Sally B.', role: '' });
    await update('sally', { newTag: 'SALLY' });
    expect(await stored('sally')).toMatchObject({ tag: 'SALLY', name: 'Sally B.' });
    expect(await stored('sarah')).toBeUndefined();
  });

  it('keeps what is to stay when another image takes its place', async () => {
    await put('Sarah', bySarah, { name: 'Sarah B.', role: 'person', thumbnailKey });
    const other = { imageUrl: 'other.png', name: '', keep: ['tag', 'name'] };
    const { reference, replacedThumbnailKey } = await put('sarah', bySarah, { ...other, role: 'style' });
    expect(reference).toMatchObject({ tag: 'Sarah', name: 'Sarah B.', role: 'style', imageUrl: 'other.png' });
    expect(replacedThumbnailKey).toBe(thumbnailKey);
    expect((await put('ben', bySarah, { ...other, role: '' })).reference).toMatchObject({ tag: 'ben', name: 'ben' });
    await expect(put('ben', bySarah, { keep: ['image_url'] })).rejects.toMatchObject({
      violations: [expect.objectContaining({ field: 'keep' })],
    });
  });

  it('loses none of the changes that are made at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      await put('sarah', bySarah, { name: 'before', role: '', thumbnailKey });
      await Promise.all([
        update('sarah', { name: 'after' }),
        update('sarah', { role: 'scene' }),
        put('sarah', bySarah, { imageUrl: 'other.png', name: '', keep: ['tag', 'name', 'role'] }),
      ]);
      const all = { name: 'after', role: 'scene', imageUrl: 'other.png', thumbnailKey: '' };
      expect(await stored('sarah')).toMatchObject(all);
    }
  });

  it('hands over the thumbnail that nobody needs any more', async () => {
    await put('sarah', bySarah, { thumbnailKey });
    const replaced = (more: object) => put('sarah', bySarah, more).then((answer) => answer.replacedThumbnailKey);
    expect(await replaced({ name: 'Sarah', thumbnailKey })).toBe('');
    expect(await replaced({ imageUrl: 'other.png', thumbnailKey: 'other.webp' })).toBe(thumbnailKey);
    await expect(client.deleteReference({ tag: 'sarah' }, bySarah)).resolves.toEqual({ thumbnailKey: 'other.webp' });
  });

  it('can not take the tag of another, however it is written; both stay as they are', async () => {
    await put('sarah');
    await put('zoë');
    for (const newTag of ['Zoë', 'zoe\u0308', 'ZOË\ufe0f']) {
      await expect(update('sarah', { newTag, name: 'other' })).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
        reason: 'REFERENCE_TAG_TAKEN',
      });
    }
    expect(await stored('sarah')).toMatchObject({ tag: 'sarah', name: 'sarah' });
    await put('zoë', byOmar);
    expect((await update('zoë', { newTag: 'sarah' }, byOmar)).reference?.tag).toBe('sarah');
  });

  it.each([
    ['a slash', 'a/b'],
    ['a control character', 'a\u0007b'],
    ['nothing but joiners', '\u200d\u200c'],
    ['51 letters', 'x'.repeat(51)],
    ['a reserved word', 'Everyone'],
    ['an @', '@sarah'],
  ])('takes no tag with %s, and changes nothing', async (_name, tag) => {
    await put('sarah');
    for (const refused of [
      () => put(tag, bySarah, { name: '' }),
      () => put(tag, bySarah, { name: '', createOnly: true }),
      () => update('sarah', { newTag: tag }),
    ]) {
      await expect(refused()).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'REFERENCE_INVALID',
        violations: [expect.objectContaining({ field: 'tag' })],
      });
    }
    const { references: all } = await client.listReferences({ pageSize: 0, pageToken: '' }, bySarah);
    expect(all.map((reference) => reference.tag)).toEqual(['sarah']);
  });

  it('takes no other role, and no thumbnail that is no stored file', async () => {
    await put('sarah');
    await expect(update('sarah', { role: 'hero' })).rejects.toMatchObject({
      violations: [{ field: 'role', message: 'must be one of person, garment, style, scene' }],
    });
    await expect(put('ben', bySarah, { thumbnailKey: '../../etc/passwd' })).rejects.toMatchObject({
      violations: [expect.objectContaining({ field: 'thumbnail_key' })],
    });
  });

  it('is found whatever joiners and composition its tag is written with', async () => {
    await put('ක්\u200dරි');
    expect(await stored('ක්රි')).toMatchObject({ tag: 'ක්රි' });
    expect(await stored('ක්\u200dරි')).toMatchObject({ tag: 'ක්රි' });
  });

  it('of somebody else can be changed no more than one that does not exist', async () => {
    await put('sarah');
    await expect(update('sarah', { newTag: 'mine' }, byOmar)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await stored('sarah')).toMatchObject({ tag: 'sarah' });
  });
});

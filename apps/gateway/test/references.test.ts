import { assetKey } from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import {
  DeleteReferenceResponse,
  ListReferencesResponse,
  PutReferenceResponse,
  Reference,
  ResolvePlanContextResponse,
  UpdateReferenceResponse,
} from '@atelier/contracts/presets/v1';
import { FetchFailedError } from '@atelier/safe-fetch';
import sharp from 'sharp';
import { fakeAssets } from './harness/fake-assets.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/references';
const picture = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const film = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91';
const createTime = new Date('2026-11-21T10:00:00Z');
const elsewhere = 'https://a.supabase.co/me.png';
const stored = Reference.create({ tag: 'sarah', name: 'Sarah', imageUrl: picture, role: 'person', createTime });

let gateway: TestGateway;
let sarah: string;
let assets: Map<string, Asset>;
/** What the fetcher of the gateway finds. */
const web = new Map<string, Buffer | FetchFailedError>();

beforeAll(async () => {
  const imageFetcher = {
    fetch: async (url: string) => {
      const found = web.get(url) ?? new FetchFailedError('bad_status');
      if (found instanceof FetchFailedError) throw found;
      return { bytes: found, contentType: 'image/png', finalUrl: url };
    },
  };
  gateway = await startTestGateway({ start: { imageFetcher } });
  sarah = await gateway.keyFor('sarah');
  const { services, storage } = gateway;
  const png = await sharp({ create: { width: 600, height: 400, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  web.set(elsewhere, png);
  assets = fakeAssets(services);
  const files = [[picture, 'image/png'] as const, [film, 'video/mp4'] as const];
  for (const [assetId, contentType] of files) {
    const storageKey = assetKey(assetId, contentType);
    await storage.put(storageKey, png, { contentType });
    assets.set(assetId, Asset.create({ assetId, storageKey, contentType, sizeBytes: png.length, ownerId: 'sarah' }));
  }
  services.set('presets', 'resolvePlanContext', ({ tags }, { identity }) =>
    ResolvePlanContextResponse.create({
      references: tags[0] === 'sarah' && identity.userId === 'sarah' ? [stored] : [],
    }),
  );
  services.set('presets', 'putReference', ({ reference, createOnly }) => {
    if (createOnly && reference?.tag === 'taken') throw fakeErrors.THING_TAKEN();
    if (reference?.tag === 'away') throw new Error('away');
    return PutReferenceResponse.create({ reference: { ...stored, ...reference, createTime } });
  });
  services.set('presets', 'deleteReference', ({ tag }) => {
    if (tag !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    return DeleteReferenceResponse.create();
  });
  services.set('references', 'updateReference', ({ tag, newTag, name, role }, { identity }) => {
    if (tag !== 'sarah' || identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    if (newTag === 'taken') throw fakeErrors.THING_TAKEN();
    return UpdateReferenceResponse.create({
      reference: { ...stored, tag: newTag ?? tag, name: name ?? stored.name, role: role ?? stored.role },
    });
  });
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => gateway.services.calls.splice(0));

const send = (method: string, url: string, json?: unknown) => gateway.request(url, { method, as: sarah, json });
const putRequests = () => gateway.services.callsOf('presets.putReference').map(({ request }) => request);
const thumbnails = () => [...assets.values()].filter(({ contentType }) => contentType === 'image/webp');
const link = expect.stringMatching(new RegExp(`^/files/${picture}\\.png\\?expires=\\d+&signature=`));
const thumbnailLink = expect.stringMatching(/^\/files\/[0-9a-f-]{36}\.webp\?expires=\d+&signature=/);

describe('references', () => {
  it('are made from an upload and answered with links that can be shown', async () => {
    const answer = await send('POST', path, { tag: '@sarah', name: 'Sarah', role: 'person', upload_id: picture });
    expect(answer.status).toBe(201);
    const body = (await answer.json()) as { thumbnail_url: string };
    expect(body).toEqual({
      tag: 'sarah',
      name: 'Sarah',
      role: 'person',
      image_url: link,
      thumbnail_url: thumbnailLink,
      created_at: createTime.toISOString(),
    });
    expect(putRequests()).toMatchObject([
      { createOnly: true, reference: { tag: 'sarah', imageUrl: picture, role: 'person' } },
    ]);
    expect(gateway.services.callsOf('presets.putReference')[0]?.caller.identity.userId).toBe('sarah');
    // Uploads that nothing uses go after a day.
    expect(gateway.services.callsOf('generation.createAsset').map(({ request }) => request)).toMatchObject([
      { purpose: 'reference', asset: { assetId: picture } },
      { purpose: 'reference', asset: { contentType: 'image/webp' } },
    ]);
    const small = await gateway.request(body.thumbnail_url, { as: null });
    expect(await sharp(Buffer.from(await small.arrayBuffer())).metadata()).toMatchObject({
      format: 'webp',
      width: 256,
      height: 171,
    });
  });

  it('made from a link of ours keep the file, not the link that expires', async () => {
    const { image_url: url } = (await (await send('GET', `${path}/sarah`)).json()) as { image_url: string };
    for (const image_url of [url, `${gateway.url}${url}`]) {
      expect((await send('POST', path, { tag: 'me', image_url })).status).toBe(201);
    }
    expect(putRequests()).toMatchObject([{ reference: { imageUrl: picture } }, { reference: { imageUrl: picture } }]);
  });

  it('made from an address elsewhere keep it, and a small picture of what is there', async () => {
    const answer = await send('POST', path, { tag: 'me', image_url: elsewhere });
    expect(await answer.json()).toMatchObject({ image_url: elsewhere, thumbnail_url: thumbnailLink });
    expect(putRequests()).toMatchObject([{ reference: { imageUrl: elsewhere } }]);
  });

  it.each<[string, Buffer | FetchFailedError, string, string]>([
    ['text', Buffer.from('<html>no picture</html>'), 'IMAGE_UNREADABLE', 'image_url'],
    ['half a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'IMAGE_UNREADABLE', 'image_url'],
    ['nothing', new FetchFailedError('bad_status', { status: 404 }), 'IMAGE_UNREADABLE', 'image_url'],
    ['a private address', new FetchFailedError('private_address'), 'IMAGE_UNREADABLE', 'image_url'],
    ['a host that is not allowed', new FetchFailedError('host_not_allowed'), 'IMAGE_HOST_NOT_ALLOWED', 'image_url'],
  ])('are not made of an address with %s, and nothing is stored', async (_name, content, code, field) => {
    web.set('https://a.supabase.co/wrong', content);
    const before = thumbnails().length;
    for (const [method, url] of [
      ['POST', path],
      ['PUT', `${path}/sarah`],
    ] as const) {
      const json = { ...(method === 'POST' ? { tag: 'me' } : {}), image_url: 'https://a.supabase.co/wrong' };
      const answer = await send(method, url, json);
      expect([answer.status, await answer.json()]).toMatchObject([422, { code, errors: [{ field }] }]);
    }
    expect(putRequests()).toEqual([]);
    expect(thumbnails()).toHaveLength(before);
  });

  it.each([
    ['a taken tag', { tag: 'taken', upload_id: picture }, 409],
    ['an upload of somebody else', { tag: 'me', upload_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e99' }, 404],
    ['a video', { tag: 'me', upload_id: film }, 400],
    ['a bare storage key, which would be nobody’s', { tag: 'me', image_url: `${film}.png` }, 400],
    ['a path', { tag: 'me', image_url: '/etc/passwd' }, 400],
    ['a data: URL', { tag: 'me', image_url: 'data:image/png;base64,aGk=' }, 400],
    ['no image', { tag: 'me' }, 400],
    ['two images', { tag: 'me', upload_id: picture, image_url: elsewhere }, 400],
    ['a tag with a slash', { tag: 'a/b', upload_id: picture }, 400],
    ['a tag with a control character', { tag: 'a\u0000b', upload_id: picture }, 400],
    ['a tag of 51 letters', { tag: 'x'.repeat(51), upload_id: picture }, 400],
    ['a name of 10,000 characters', { tag: 'me', name: 'x'.repeat(10_000), upload_id: picture }, 400],
    ['an unknown role', { tag: 'me', role: 'hero', upload_id: picture }, 400],
    ['an unknown field', { tag: 'me', upload_id: picture, owner: 'ben' }, 400],
  ])('refuse %s, and leave nothing behind', async (_name, json, status) => {
    const before = thumbnails().length;
    const answer = await send('POST', path, json);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status });
    expect(status === 409 ? [] : putRequests()).toEqual([]);
    expect(thumbnails()).toHaveLength(before);
  });

  it('keep the small picture of what may have been stored', async () => {
    const before = thumbnails().length;
    expect((await send('POST', path, { tag: 'away', upload_id: picture })).status).toBe(500);
    expect(thumbnails()).toHaveLength(before + 1);
  });

  it('are listed by page with a cursor, all files looked up at once', async () => {
    gateway.services.set('presets', 'listReferences', () =>
      ListReferencesResponse.create({
        references: [stored, { ...stored, tag: 'lost', role: '', imageUrl: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e99' }],
        nextPageToken: 'next',
      }),
    );
    const list = await (await send('GET', `${path}?limit=2&cursor=here`)).json();
    expect(list).toMatchObject({
      items: [
        { tag: 'sarah', role: 'person', image_url: link },
        { tag: 'lost', role: null, image_url: null, thumbnail_url: null },
      ],
      next_cursor: 'next',
    });
    expect(gateway.services.callsOf('presets.listReferences')[0]?.request).toEqual({ pageSize: 2, pageToken: 'here' });
    expect(gateway.services.callsOf('assets.batchGetAssets')).toHaveLength(1);
    expect((await send('GET', `${path}?limit=101`)).status).toBe(400);
  });

  it('are read by tag, with or without the @, by their owner only', async () => {
    expect(await (await send('GET', `${path}/@sarah`)).json()).toMatchObject({ tag: 'sarah', image_url: link });
    expect((await send('GET', `${path}/nobody`)).status).toBe(404);
    expect((await gateway.request(`${path}/sarah`, { as: await gateway.keyFor('ben') })).status).toBe(404);
    expect((await gateway.request(`${path}/sarah`, { as: null })).status).toBe(401);
  });

  it('keep what a change leaves out; a new one needs an image', async () => {
    expect((await send('PUT', `${path}/sarah`, { name: 'Sarah B.' })).status).toBe(200);
    expect((await send('PUT', `${path}/new`, { upload_id: picture })).status).toBe(200);
    expect((await send('PUT', `${path}/new`, { image_url: elsewhere, name: 'New', role: null })).status).toBe(200);
    // What stays is never sent back: it may have been changed since it was read.
    expect(gateway.services.callsOf('presets.resolvePlanContext')).toEqual([]);
    expect(gateway.services.callsOf('references.updateReference').map(({ request }) => request)).toEqual([
      { tag: 'sarah', newTag: undefined, name: 'Sarah B.', role: undefined },
    ]);
    expect(putRequests()).toMatchObject([
      { createOnly: false, keep: ['tag', 'name', 'role'], reference: { tag: 'new', imageUrl: picture } },
      { createOnly: false, keep: ['tag'], reference: { tag: 'new', name: 'New', imageUrl: elsewhere, role: '' } },
    ]);
    expect((await send('PUT', `${path}/other`, { name: 'Other' })).status).toBe(404);
    expect((await send('PUT', `${path}/sarah`, { tag: 'other' })).status).toBe(400);
  });

  it('delete the small picture that a new image makes useless', async () => {
    const { thumbnail_url: url } = (await (await send('POST', path, { tag: 'me', upload_id: picture })).json()) as {
      thumbnail_url: string;
    };
    const key = /files\/([^?]+)/.exec(url)?.[1] ?? '';
    gateway.services.set('presets', 'putReference', ({ reference }) =>
      PutReferenceResponse.create({ reference: { ...stored, ...reference, createTime }, replacedThumbnailKey: key }),
    );
    expect((await send('PUT', `${path}/sarah`, { image_url: elsewhere })).status).toBe(200);
    expect(thumbnails().map(({ storageKey }) => storageKey)).not.toContain(key);
  });

  it('are renamed and given a role by their owner', async () => {
    const renamed = await send('PATCH', `${path}/@sarah`, { tag: '@sally', role: 'style' });
    expect(await renamed.json()).toMatchObject({ tag: 'sally', name: 'Sarah', role: 'style', image_url: link });
    expect(await (await send('PATCH', `${path}/sarah`, { role: null })).json()).toMatchObject({ role: null });
    expect((await send('PATCH', `${path}/sarah`, { tag: 'taken' })).status).toBe(409);
    expect((await send('PATCH', `${path}/nobody`, { name: 'x' })).status).toBe(404);
    for (const wrong of [
      {},
      { tag: 'a/b' },
      { role: 'hero' },
      { name: 'x'.repeat(10_000) },
      { image_url: elsewhere },
    ]) {
      expect((await send('PATCH', `${path}/sarah`, wrong)).status).toBe(400);
    }
    const ben = await gateway.keyFor('ben');
    const answer = await gateway.request(`${path}/sarah`, { method: 'PATCH', as: ben, json: { name: 'mine' } });
    expect(answer.status).toBe(404);
  });

  it('are deleted once', async () => {
    expect((await send('DELETE', `${path}/sarah`)).status).toBe(204);
    expect((await send('DELETE', `${path}/nobody`)).status).toBe(404);
  });
});

import { Asset, CreateAssetResponse, GetAssetResponse } from '@atelier/contracts/generation/v1';
import {
  DeleteReferenceResponse,
  GetSessionResponse,
  ListReferencesResponse,
  PutReferenceResponse,
  Reference,
  ResolvePlanContextResponse,
  Session,
} from '@atelier/contracts/presets/v1';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/references';
const picture = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const film = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91';
const createTime = new Date('2026-11-21T10:00:00Z');
const stored = Reference.create({ tag: 'sarah', name: 'Sarah', imageUrl: picture, createTime });

let gateway: TestGateway;
let sarah: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  sarah = await gateway.keyFor('sarah');
  const { services } = gateway;
  services.set('generation', 'getAsset', ({ assetId }, { identity }) => {
    if (identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    if (assetId === picture) return asset(picture, 'png', 'image/png');
    if (assetId === film) return asset(film, 'mp4', 'video/mp4');
    throw fakeErrors.THING_NOT_FOUND();
  });
  services.set('generation', 'createAsset', ({ asset: kept }) => CreateAssetResponse.create({ asset: kept }));
  services.set('presets', 'resolvePlanContext', ({ tags }, { identity }) =>
    ResolvePlanContextResponse.create({
      references: tags[0] === 'sarah' && identity.userId === 'sarah' ? [stored] : [],
    }),
  );
  services.set('presets', 'putReference', ({ reference, createOnly }) => {
    if (createOnly && reference?.tag === 'taken') throw fakeErrors.THING_TAKEN();
    return PutReferenceResponse.create({ reference: { ...stored, ...reference, createTime } });
  });
  services.set('presets', 'deleteReference', ({ tag }) => {
    if (tag !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    return DeleteReferenceResponse.create();
  });
}, 30_000);
afterAll(() => gateway.close());
beforeEach(() => gateway.services.calls.splice(0));

function asset(assetId: string, extension: string, contentType: string) {
  return GetAssetResponse.create({
    asset: Asset.create({ assetId, storageKey: `${assetId}.${extension}`, contentType, ownerId: 'sarah' }),
  });
}

const send = (method: string, url: string, json?: unknown) => gateway.request(url, { method, as: sarah, json });
const putRequests = () => gateway.services.callsOf('presets.putReference').map(({ request }) => request);
const link = expect.stringMatching(new RegExp(`^/files/${picture}\\.png\\?expires=\\d+&signature=`));

describe('references', () => {
  it('keep the upload that they are made of', async () => {
    expect((await send('POST', '/api/v1/references', { tag: 'kept', upload_id: picture })).status).toBe(201);
    expect(gateway.services.callsOf('generation.createAsset')).toMatchObject([
      { request: { asset: { assetId: picture }, purpose: 'reference' } },
    ]);
  });

  it('are made from an upload and answered with a link that can be shown', async () => {
    const answer = await send('POST', path, { tag: '@sarah', name: 'Sarah', upload_id: picture });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({
      tag: 'sarah',
      name: 'Sarah',
      image_url: link,
      created_at: createTime.toISOString(),
    });
    expect(putRequests()).toMatchObject([{ createOnly: true, reference: { tag: 'sarah', imageUrl: picture } }]);
    expect(gateway.services.callsOf('presets.putReference')[0]?.caller.identity.userId).toBe('sarah');
  });

  it('made from a link of ours keep the file, not the link that expires', async () => {
    const { image_url: url } = (await (await send('GET', `${path}/sarah`)).json()) as { image_url: string };
    for (const image_url of [url, `${gateway.url}${url}`]) {
      expect((await send('POST', path, { tag: 'me', image_url })).status).toBe(201);
    }
    expect(putRequests()).toMatchObject([{ reference: { imageUrl: picture } }, { reference: { imageUrl: picture } }]);
  });

  it('leave it to the service which hosts are allowed', async () => {
    const image_url = 'https://a.supabase.co/me.png';
    const answer = await send('POST', path, { tag: 'me', image_url });
    expect(await answer.json()).toMatchObject({ image_url });
    expect(putRequests()).toMatchObject([{ reference: { imageUrl: image_url } }]);
  });

  it.each([
    ['a taken tag', { tag: 'taken', upload_id: picture }, 409],
    ['an upload of somebody else', { tag: 'me', upload_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e99' }, 404],
    ['a video', { tag: 'me', upload_id: film }, 400],
    ['a bare storage key, which would be nobody’s', { tag: 'me', image_url: `${film}.png` }, 400],
    ['a path', { tag: 'me', image_url: '/etc/passwd' }, 400],
    ['a data: URL', { tag: 'me', image_url: 'data:image/png;base64,aGk=' }, 400],
    ['no image', { tag: 'me' }, 400],
    ['two images', { tag: 'me', upload_id: picture, image_url: 'https://a.supabase.co/me.png' }, 400],
    ['a tag with a slash', { tag: 'a/b', upload_id: picture }, 400],
    ['an unknown field', { tag: 'me', upload_id: picture, owner: 'ben' }, 400],
  ])('refuse %s', async (_name, json, status) => {
    const answer = await send('POST', path, json);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status });
    expect(status === 409 ? [] : putRequests()).toEqual([]);
  });

  it('are listed by page with a cursor', async () => {
    gateway.services.set('presets', 'listReferences', () =>
      ListReferencesResponse.create({
        references: [stored, { ...stored, tag: 'lost', imageUrl: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e99' }],
        nextPageToken: 'next',
      }),
    );
    const list = await (await send('GET', `${path}?limit=2&cursor=here`)).json();
    expect(list).toMatchObject({
      items: [
        { tag: 'sarah', image_url: link },
        { tag: 'lost', image_url: null },
      ],
      next_cursor: 'next',
    });
    expect(gateway.services.callsOf('presets.listReferences')[0]?.request).toEqual({ pageSize: 2, pageToken: 'here' });
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
    expect(putRequests()).toMatchObject([
      { createOnly: false, reference: { tag: 'sarah', name: 'Sarah B.', imageUrl: picture } },
      { createOnly: false, reference: { tag: 'new', name: '', imageUrl: picture } },
    ]);
    expect((await send('PUT', `${path}/other`, { name: 'Other' })).status).toBe(404);
    expect((await send('PUT', `${path}/sarah`, { tag: 'other' })).status).toBe(400);
  });

  it('are deleted once', async () => {
    expect((await send('DELETE', `${path}/sarah`)).status).toBe(204);
    expect((await send('DELETE', `${path}/nobody`)).status).toBe(404);
  });
});

describe('a session', () => {
  it('is answered with its working image and history, each image looked up once', async () => {
    const entry = { generationId: 'g-1', prompt: 'a cat', imageUrl: picture, createTime, contentType: '' };
    gateway.services.set('presets', 'getSession', ({ sessionId }, { identity }) => {
      if (identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
      return GetSessionResponse.create({
        session: Session.create({
          sessionId,
          workingImageUrl: picture,
          lastGenerationId: 'g-2',
          history: [{ ...entry, generationId: 'g-2', imageUrl: '', contentType: 'video/mp4' }, entry],
        }),
      });
    });
    const created_at = createTime.toISOString();
    expect(await (await send('GET', '/api/v1/sessions/desk-1')).json()).toEqual({
      id: 'desk-1',
      working_image_url: link,
      last_generation_id: 'g-2',
      history: [
        { generation_id: 'g-2', prompt: 'a cat', image_url: null, content_type: 'video/mp4', created_at },
        { generation_id: 'g-1', prompt: 'a cat', image_url: link, content_type: null, created_at },
      ],
    });
    expect(gateway.services.callsOf('generation.getAsset')).toHaveLength(1);
    expect((await gateway.request('/api/v1/sessions/desk-1')).status).toBe(404);
    expect((await send('GET', '/api/v1/sessions/a%20b')).status).toBe(404);
  });
});

import { Asset } from '@atelier/contracts/generation/v1';
import {
  DeleteSessionResponse,
  GetSessionResponse,
  ListSessionsResponse,
  Session,
  SetWorkingImageResponse,
} from '@atelier/contracts/presets/v1';
import { fakeAssets } from './harness/fake-assets.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/sessions';
const picture = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const film = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91';
const generation = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e92';
const createTime = new Date('2026-11-21T10:00:00Z');
const created_at = createTime.toISOString();
const entry = { generationId: 'g-1', prompt: 'a cat', imageUrl: picture, createTime, contentType: '' };
const session = Session.create({
  sessionId: 'desk-1',
  workingImageUrl: picture,
  lastGenerationId: 'g-2',
  createTime,
  updateTime: createTime,
  history: [{ ...entry, generationId: 'g-2', imageUrl: '', contentType: 'video/mp4' }, entry],
});

let gateway: TestGateway;
let sarah: string;
let ben: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  [sarah, ben] = [await gateway.keyFor('sarah'), await gateway.keyFor('ben')];
  const { services } = gateway;
  const assets = fakeAssets(services);
  const file = (assetId: string, extension: string, contentType: string): void => {
    assets.set(
      assetId,
      Asset.create({ assetId, storageKey: `${assetId}.${extension}`, contentType, ownerId: 'sarah' }),
    );
  };
  file(picture, 'png', 'image/png');
  file(film, 'mp4', 'video/mp4');
  const own = (sessionId: string, userId: string): void => {
    if (sessionId !== 'desk-1' || userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
  };
  services.set('presets', 'getSession', ({ sessionId }, { identity }) => {
    own(sessionId, identity.userId);
    return GetSessionResponse.create({ session });
  });
  services.set('sessions', 'setWorkingImage', ({ sessionId, imageUrl, generationId }, { identity }) => {
    own(sessionId, identity.userId);
    const workingImageUrl = generationId === generation ? picture : (imageUrl ?? '');
    return SetWorkingImageResponse.create({ session: { ...session, workingImageUrl } });
  });
  services.set('sessions', 'deleteSession', ({ sessionId }, { identity }) => {
    own(sessionId, identity.userId);
    return DeleteSessionResponse.create();
  });
  services.set('sessions', 'listSessions', (_request, { identity }) =>
    ListSessionsResponse.create(
      identity.userId === 'sarah' ? { sessions: [{ ...session, history: [] }], nextPageToken: 'next' } : {},
    ),
  );
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => gateway.services.calls.splice(0));

const send = (method: string, url: string, json?: unknown, as = sarah) => gateway.request(url, { method, as, json });
const chosen = () => gateway.services.callsOf('sessions.setWorkingImage').map(({ request }) => request);
const link = expect.stringMatching(new RegExp(`^/files/${picture}\\.png\\?expires=\\d+&signature=`));

describe('a session', () => {
  it('is answered with its working image and history, all files looked up at once', async () => {
    expect(await (await send('GET', `${path}/desk-1`)).json()).toEqual({
      id: 'desk-1',
      working_image_url: link,
      last_generation_id: 'g-2',
      created_at,
      updated_at: created_at,
      history: [
        { generation_id: 'g-2', prompt: 'a cat', image_url: null, content_type: 'video/mp4', created_at },
        { generation_id: 'g-1', prompt: 'a cat', image_url: link, content_type: null, created_at },
      ],
    });
    expect(gateway.services.callsOf('assets.batchGetAssets')).toHaveLength(1);
    expect((await send('GET', `${path}/a%20b`)).status).toBe(404);
  });

  it('is listed without its history, by page', async () => {
    expect(await (await send('GET', `${path}?limit=1&cursor=here`)).json()).toEqual({
      items: [{ id: 'desk-1', working_image_url: link, last_generation_id: 'g-2', created_at, updated_at: created_at }],
      next_cursor: 'next',
    });
    expect(gateway.services.callsOf('sessions.listSessions')[0]?.request).toEqual({ pageSize: 1, pageToken: 'here' });
    expect((await send('GET', `${path}?limit=0`)).status).toBe(400);
  });

  it('steps back to an earlier result, works on another image, or on none', async () => {
    const patch = async (json: object) => (await send('PATCH', `${path}/desk-1`, json)).json();
    expect(await patch({ generation_id: generation })).toMatchObject({ working_image_url: link });
    expect(await patch({ working_image_url: picture })).toMatchObject({ working_image_url: link });
    const elsewhere = 'https://a.supabase.co/a.png';
    expect(await patch({ working_image_url: elsewhere })).toMatchObject({ working_image_url: elsewhere });
    expect(await patch({ working_image_url: null })).toMatchObject({ working_image_url: null });
    // Uploads that nothing uses go after a day; what is worked on stays.
    expect(gateway.services.callsOf('generation.createAsset').map(({ request }) => request)).toMatchObject([
      { purpose: 'reference', asset: { assetId: picture } },
    ]);
    expect(chosen()).toEqual([
      { sessionId: 'desk-1', generationId: generation },
      { sessionId: 'desk-1', imageUrl: picture },
      { sessionId: 'desk-1', imageUrl: elsewhere },
      { sessionId: 'desk-1' },
    ]);
  });

  it.each([
    ['nothing', {}, 400],
    ['two choices', { working_image_url: picture, generation_id: generation }, 400],
    ['a video', { working_image_url: film }, 400],
    ['a path', { working_image_url: '/etc/passwd' }, 400],
    ['a data: URL', { working_image_url: 'data:image/png;base64,aGk=' }, 400],
    ['a file that is not there', { working_image_url: generation }, 404],
    ['an unknown field', { history: [] }, 400],
  ])('is not changed by %s', async (_name, json, status) => {
    expect((await send('PATCH', `${path}/desk-1`, json)).status).toBe(status);
    expect(chosen()).toEqual([]);
  });

  it('is deleted by its owner', async () => {
    expect((await send('DELETE', `${path}/desk-1`)).status).toBe(204);
  });

  it('of somebody else is not there, for any method', async () => {
    expect((await send('GET', `${path}/desk-1`, undefined, ben)).status).toBe(404);
    expect((await send('PATCH', `${path}/desk-1`, { working_image_url: null }, ben)).status).toBe(404);
    expect((await send('DELETE', `${path}/desk-1`, undefined, ben)).status).toBe(404);
    // A picture of hers can't be worked on by him either.
    expect((await send('PATCH', `${path}/desk-1`, { working_image_url: picture }, ben)).status).toBe(404);
    expect(await (await send('GET', path, undefined, ben)).json()).toEqual({ items: [], next_cursor: null });
    const reader = await gateway.keyFor('sarah', ['read']);
    expect((await send('DELETE', `${path}/desk-1`, undefined, reader)).status).toBe(403);
  });
});

import { CancelImageJobResponse, GetImageJobResponse, ImageJob } from '@atelier/contracts/playground/v1';
import { DeleteUserDataResponse } from '@atelier/contracts/privacy/v1';
import { fakeImageJobs } from './harness/fake-image-jobs.js';
import { type FakeCaller, fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/ai/job';
let gateway: TestGateway;
let frontEnd: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  frontEnd = await gateway.keyFor('front-end', ['generate', 'read', 'act_as']);
  fakeImageJobs(gateway.services);
  const ofSarah = ({ identity }: FakeCaller): ImageJob => {
    if (identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    return ImageJob.create({ jobId: 'shoes-1' });
  };
  gateway.services.set('playground', 'getImageJob', (_request, caller) =>
    GetImageJobResponse.create({ job: ofSarah(caller) }),
  );
  gateway.services.set('playground', 'cancelImageJob', (_request, caller) =>
    CancelImageJobResponse.create({ job: ofSarah(caller) }),
  );
  gateway.services.set('playground', 'watchImageJob', async function* (_request, caller) {
    yield { job: ofSarah(caller) };
  });
}, 30_000);
afterAll(() => gateway.close());

const send = (user_id: string | undefined, as = frontEnd, job_id = 'shoes-1') =>
  gateway.request(path, {
    as,
    json: { job_id, user_id, type: 'batch_optimization', source_image_urls: ['https://images.example/a.png'] },
  });
const routes = [
  ['GET', ''],
  ['GET', '/status'],
  ['GET', '/stream'],
  ['POST', '/cancel'],
] as const;
const statuses = (as: string, query = '', jobId = 'shoes-1') =>
  Promise.all(
    routes.map(async ([method, end]) => {
      const answer = await gateway.request(`${path}/${jobId}${end}${query}`, { method, as });
      await answer.text();
      return answer.status;
    }),
  );

describe('a front end that acts for users', () => {
  it('reaches a job by its id alone on every route, also through a gateway that never saw it before', async () => {
    expect(await statuses(frontEnd)).toEqual([404, 404, 404, 404]);
    expect((await send('sarah')).status).toBe(200);
    // Nothing of it is kept here: the playground says whose job it is.
    expect(await statuses(frontEnd)).toEqual([200, 200, 200, 200]);
  });

  it('means whom it sent the job for last', async () => {
    expect((await send('ben')).status).toBe(200);
    expect(await statuses(frontEnd)).toEqual([404, 404, 404, 404]);
    expect(await statuses(frontEnd, '?user_id=sarah')).toEqual([200, 200, 200, 200]);
    expect((await send('sarah')).status).toBe(200);
    expect(await statuses(frontEnd)).toEqual([200, 200, 200, 200]);
    expect((await send(undefined)).status).toBe(200);
    expect(await statuses(frontEnd)).toEqual([404, 404, 404, 404]);
  });

  it('opens nothing to others, with or without that right', async () => {
    await send('sarah');
    const ben = await gateway.keyFor('ben');
    expect(await statuses(ben)).toEqual([404, 404, 404, 404]);
    expect(await statuses(ben, '?user_id=sarah')).toEqual([403, 403, 403, 403]);
    expect(await statuses(await gateway.keyFor('other', ['generate', 'read', 'act_as']))).toEqual([404, 404, 404, 404]);
    expect((await send('sarah', ben)).status).toBe(403);
  });

  it('does nothing for somebody whose data is being deleted', async () => {
    gateway.services.set('privacy', 'deleteUserData', () => DeleteUserDataResponse.create({ complete: true }));
    expect((await send('ann')).status).toBe(200);
    const headers = { 'x-confirm-deletion': 'delete everything' };
    const deletion = await gateway.request('/api/v1/me?user_id=ann', { method: 'DELETE', headers });
    expect(deletion.status).toBe(200);
    gateway.services.calls.splice(0);
    const refused = await send('ann');
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'ACCOUNT_CLOSED' }]);
    expect(await statuses(frontEnd, '?user_id=ann')).toEqual([409, 409, 409, 409]);
    expect(gateway.services.callsOf('playground.createImageJob')).toEqual([]);
  });

  it('never acts for the installation itself', async () => {
    for (const user of ['admin', ' Admin']) expect((await send(user)).status).toBe(403);
    expect(await statuses(frontEnd, '?user_id=admin')).toEqual([403, 403, 403, 403]);
  });
});

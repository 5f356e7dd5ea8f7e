import { assetStorageConfig } from './asset-storage.config.js';
import { parseS3Location } from './s3-location.js';

it('reads bucket, prefix and server', () => {
  expect(parseS3Location('s3://pictures')).toEqual({
    bucket: 'pictures',
    prefix: '',
    region: 'us-east-1',
    pathStyle: false,
  });
  expect(parseS3Location('s3://pictures/live/eu/?region=eu-central-1')).toMatchObject({
    prefix: 'live/eu/',
    region: 'eu-central-1',
  });
  expect(parseS3Location('s3://pictures?endpoint=http://127.0.0.1:9000')).toEqual({
    bucket: 'pictures',
    prefix: '',
    endpoint: 'http://127.0.0.1:9000/',
    region: 'auto',
    pathStyle: true,
  });
});

it.each([
  ['https://pictures', 'must be s3://bucket/prefix'],
  ['pictures', 'must be s3://bucket/prefix'],
  ['s3://', 'must name a bucket'],
  ['s3://Pictures_1', 'must name a bucket'],
  ['s3://AKIA:secret@pictures', 'must hold no key'],
  ['s3://pictures/a b', 'must have a plain prefix'],
  ['s3://pictures?endpont=http://127.0.0.1', 'unknown setting'],
  ['s3://pictures?endpoint=ftp://127.0.0.1', 'endpoint must be'],
  ['s3://pictures?endpoint=http://a:b@127.0.0.1', 'endpoint must be'],
  ['s3://pictures?path_style=maybe', 'path_style must be'],
])('refuses %s in one line that does not repeat it', (text, problem) => {
  const parsed = assetStorageConfig.STORAGE_URL.safeParse(text);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues[0]?.message).toContain(problem);
  expect(parsed.error?.issues[0]?.message).not.toContain('secret');
});

/** A bucket and how to reach it. */
export interface S3Location {
  readonly bucket: string;
  /** Before every key; empty or ending in `/`. */
  readonly prefix: string;
  /** Absent: Amazon's own for the region. */
  readonly endpoint?: string;
  readonly region: string;
  /** The bucket in the path instead of the host name, as servers on one address want it. */
  readonly pathStyle: boolean;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(\/[A-Za-z0-9_.-]+)*\/?$/;
const SETTINGS = new Set(['endpoint', 'region', 'path_style']);

/**
 * Reads `s3://bucket/prefix?endpoint=https://…&region=…&path_style=true`.
 * @throws RangeError whose message says what is wrong and never repeats the address: it might hold a secret
 */
export function parseS3Location(text: string): S3Location {
  const url = URL.parse(text);
  if (url?.protocol !== 's3:') throw new RangeError('must be s3://bucket/prefix');
  if (url.username || url.password) throw new RangeError('must hold no key: use STORAGE_ACCESS_KEY_ID');
  if (!BUCKET.test(url.host)) throw new RangeError('must name a bucket: lower-case letters, digits, - and .');
  if (!PREFIX.test(url.pathname) || url.hash) throw new RangeError('must have a plain prefix');
  const unknown = [...url.searchParams.keys()].find((name) => !SETTINGS.has(name));
  if (unknown !== undefined) throw new RangeError('has an unknown setting: endpoint, region and path_style are known');
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  const parsed = endpoint === undefined ? undefined : URL.parse(endpoint);
  if (endpoint !== undefined && (!/^https?:$/.test(parsed?.protocol ?? '') || parsed?.username))
    throw new RangeError('endpoint must be an http or https URL');
  const pathStyle = url.searchParams.get('path_style') ?? String(endpoint !== undefined);
  if (!['true', 'false'].includes(pathStyle)) throw new RangeError('path_style must be true or false');
  const path = url.pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket: url.host,
    prefix: path === '' ? '' : `${path}/`,
    ...(parsed ? { endpoint: parsed.href } : {}),
    region: url.searchParams.get('region') ?? (endpoint === undefined ? 'us-east-1' : 'auto'),
    pathStyle: pathStyle === 'true',
  };
}

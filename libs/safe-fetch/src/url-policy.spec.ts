import { FetchFailedError } from './fetch-failed-error.js';
import { checkUrl, type UrlPolicy } from './url-policy.js';

const anyHost: UrlPolicy = { allowHosts: '*', allowPrivateOrigins: new Set() };

function refusal(url: string, policy: UrlPolicy = anyHost): string | undefined {
  try {
    checkUrl(url, policy);
    return undefined;
  } catch (error) {
    if (error instanceof FetchFailedError) return error.reason;
    throw error;
  }
}

describe('checkUrl', () => {
  it.each(['http://example.com/a.png', 'https://example.com:443/', 'https://example.com:80/', 'https://8.8.8.8/'])(
    'accepts %s',
    (url) => expect(refusal(url)).toBeUndefined(),
  );

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,hi',
    'javascript:alert(1)',
    'http://user@example.com/',
    'http://user:password@example.com/',
    'https://example.com:8080/',
    'http://example.com:22/',
    'http://',
    'not a url',
    '/etc/passwd',
    'http://exa mple.com/',
    `https://example.com/${'a'.repeat(9_000)}`,
  ])('refuses the form %s', (url) => expect(refusal(url)).toBe('url_not_allowed'));

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://１２７.０.０.１/',
    'http://①②⑦.0.0.1/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://0/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://167772161/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://0xc0.0xa8.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://100.64.0.1/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
  ])('refuses the private address %s', (url) => expect(refusal(url)).toBe('private_address'));

  it('refuses hosts outside the rules before their address is looked at', () => {
    const policy: UrlPolicy = { allowHosts: ['supabase.co'], allowPrivateOrigins: new Set() };
    expect(refusal('https://abc.supabase.co/x.png', policy)).toBeUndefined();
    expect(refusal('https://supabase.co.evil.example/', policy)).toBe('host_not_allowed');
    expect(refusal('http://127.0.0.1/', policy)).toBe('host_not_allowed');
  });

  it('trusts exactly the configured origin, in any spelling of it, and no neighbour', () => {
    const policy: UrlPolicy = {
      allowHosts: [],
      allowPrivateOrigins: new Set(['127.0.0.1:4010', 'minio.internal:443']),
    };
    expect(checkUrl('http://127.1:4010/file', policy).isTrustedOrigin).toBe(true);
    expect(checkUrl('https://minio.internal/file', policy).isTrustedOrigin).toBe(true);
    expect(refusal('http://127.0.0.1:4011/', policy)).toBe('url_not_allowed');
    expect(refusal('http://127.0.0.1/', policy)).toBe('host_not_allowed');
    expect(refusal('http://localhost:4010/', policy)).toBe('url_not_allowed');
    expect(refusal('http://user@127.0.0.1:4010/', policy)).toBe('url_not_allowed');
  });
});

import { webhookUrlProblem } from './webhook-url.js';

describe('the address of a webhook', () => {
  it.each(['https://example.com/hook?token=1', 'https://example.com:443/', 'https://8.8.8.8/', 'HTTPS://Example.COM'])(
    'may be %s',
    (url) => expect(webhookUrlProblem(url, [])).toBeUndefined(),
  );

  it.each([
    'http://example.com/',
    'https://example.com:8443/',
    'https://user@example.com/',
    'ftp://example.com/',
    'example.com',
    '',
    `https://example.com/${'a'.repeat(2_000)}`,
    'https://127.1/',
    'https://0x7f000001/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'https://localhost/',
    'https://metadata.google.internal/',
  ])('may not be %s', (url) => expect(webhookUrlProblem(url, [])).toMatch(/^A webhook/));

  it('may be private and plain only where an operator allowed exactly this origin', () => {
    const allowed = ['127.0.0.1:4010'];
    expect(webhookUrlProblem('http://127.0.0.1:4010/hook', allowed)).toBeUndefined();
    expect(webhookUrlProblem('http://127.0.0.1:4011/hook', allowed)).toBeDefined();
    expect(webhookUrlProblem('https://127.0.0.1/hook', allowed)).toBeDefined();
  });
});

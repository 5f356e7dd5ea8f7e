import { imageSourceProblem } from './image-source.js';

const problem = (source: string) => imageSourceProblem(source, (host) => host === 'cdn.example')?.reason;

it.each([
  '0193a1b2-0000-7000-8000-000000000001',
  '0193a1b2.png',
  'https://cdn.example/a.png',
  'http://cdn.example:8080/a',
])('takes own assets and allowed hosts: %s', (source) => {
  expect(problem(source)).toBeUndefined();
});

it.each([
  ['', 'REFERENCE_INVALID'],
  ['/etc/passwd', 'REFERENCE_INVALID'],
  ['file:///etc/passwd', 'REFERENCE_INVALID'],
  ['javascript:alert(1)', 'REFERENCE_INVALID'],
  ['data:image/png;base64,AAAA', 'REFERENCE_INVALID'],
  ['https://user:secret@cdn.example/a.png', 'REFERENCE_INVALID'],
  [`https://cdn.example/${'x'.repeat(3000)}`, 'REFERENCE_INVALID'],
  ['https://cdn.example.evil.test/a.png', 'IMAGE_HOST_NOT_ALLOWED'],
  ['http://169.254.169.254/latest', 'IMAGE_HOST_NOT_ALLOWED'],
])('refuses %s', (source, reason) => {
  expect(problem(source)).toBe(reason);
});

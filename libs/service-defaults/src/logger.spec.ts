import { runInCall } from '@atelier/grpc';
import { createLogger } from './logger.js';

function capture() {
  const lines: string[] = [];
  return {
    lines,
    logger: createLogger(
      { service: 'test', version: '1', level: 'info' },
      { write: (line: string) => void lines.push(line) },
    ),
  };
}

it('never writes the value of a secret field, at the depths our lines have', () => {
  const { lines, logger } = capture();
  logger.info(
    {
      apiKey: 'planted',
      headers: { authorization: 'planted', 'x-api-key': 'planted' },
      request: { body: { password: 'planted' } },
    },
    'hello',
  );
  expect(lines.join()).not.toContain('planted');
  expect(lines.join()).toContain('[redacted]');
});

it('writes the request id of the running call', () => {
  const { lines, logger } = capture();
  runInCall({ requestId: 'r-1' }, () => logger.info('inside'));
  logger.info('outside');
  expect(lines[0]).toContain('"request_id":"r-1"');
  expect(lines[1]).not.toContain('request_id');
});

it('writes which version of which service it comes from', () => {
  const { lines, logger } = capture();
  logger.info('hello');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'test', service_version: '1' });
});

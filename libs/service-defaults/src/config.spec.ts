import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, dollars, flag, integer, loadConfig, secret } from './config.js';

const shape = {
  PORT: integer(3000, { max: 65_535 }),
  DEBUG: flag(false),
  LIMIT: dollars(50),
  KEY: secret(),
  URL: z.url('must be a URL').optional(),
};

function problems(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(shape, env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

it('uses the default for what is unset or empty', () => {
  expect(loadConfig(shape, { PORT: '', DEBUG: ' ' })).toEqual({ PORT: 3000, DEBUG: false, LIMIT: 50_000_000 });
});

it('reads numbers, flags and dollars', () => {
  expect(loadConfig(shape, { PORT: '80', DEBUG: 'true', LIMIT: '0.25' })).toMatchObject({
    PORT: 80,
    DEBUG: true,
    LIMIT: 250_000,
  });
});

it('names every wrong variable in one go, without its value', () => {
  const lines = problems({ PORT: 'eighty', DEBUG: 'perhaps', URL: 'hunter2' });
  expect(lines.map((line) => line.split(':')[0])).toEqual(['PORT', 'DEBUG', 'URL']);
  expect(lines.join()).not.toMatch(/eighty|perhaps|hunter2/);
});

it('reads a secret from the file that NAME_FILE names', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'atelier-')), 'key');
  writeFileSync(file, 'from-file\n');
  expect(loadConfig(shape, { KEY_FILE: file })).toMatchObject({ KEY: 'from-file' });
  expect(problems({ KEY_FILE: `${file}-missing` })).toEqual(["KEY_FILE: the file can't be read"]);
});

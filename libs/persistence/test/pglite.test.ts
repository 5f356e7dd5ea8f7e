import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite } from '../src/index.js';
import { describeDatabase } from './database-suite.js';

const root = mkdtempSync(join(tmpdir(), 'atelier-pglite-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let directories = 0;
describeDatabase('embedded in memory', () => openPglite('memory'));
describeDatabase('embedded on disk', () => openPglite(join(root, `${++directories}`)));

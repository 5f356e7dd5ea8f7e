import { writeFile } from 'node:fs/promises';
import 'reflect-metadata';
import { controllers } from '../gateway.module.js';
import { declaredRoutes } from './declared-routes.js';
import { openApiDocument } from './openapi-document.js';

const [file] = process.argv.slice(2);
if (!file) throw new Error('usage: node dist/openapi/write-document.js <file>');
const document = openApiDocument(declaredRoutes(controllers), { version: '0.1.0', serverUrl: '/' });
await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

const server = process.env['VITE_SERVER'] ?? 'http://127.0.0.1:3000';

/** Writes `.br` and `.gz` beside what is text: the gateway sends the smaller one and never compresses itself. */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      const names = await readdir(dir, { recursive: true });
      await Promise.all(
        names
          .filter((name) => /\.(js|css|html|svg)$/.test(name))
          .map(async (name) => {
            const bytes = await readFile(join(dir, name));
            await writeFile(join(dir, `${name}.br`), await promisify(brotliCompress)(bytes));
            await writeFile(join(dir, `${name}.gz`), await promisify(gzip)(bytes));
          }),
      );
    },
  };
}

export default defineConfig({
  plugins: [tailwindcss(), precompressed()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Libraries mark what runs in browsers ('use client'); here everything does.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  // `npx vite` beside a running server: the pages reload while they are written.
  server: { proxy: { '^/(api|files|docs|health|openapi.json)': { target: server, ws: true } } },
});

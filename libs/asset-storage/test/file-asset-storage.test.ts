import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type AssetContent, FileAssetStorage } from '@atelier/asset-storage';

const png = { contentType: 'image/png' };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assets-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function read(content: AssetContent | undefined): Promise<string | undefined> {
  return content === undefined ? undefined : (await buffer(content.stream)).toString();
}

async function files(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('FileAssetStorage', () => {
  it('gives back what was put, from a buffer and from a stream, with size and hash', async () => {
    const storage = new FileAssetStorage(root);
    const sha256 = createHash('sha256').update('hello').digest('hex');
    expect(await storage.put('a.png', Buffer.from('hello'), png)).toEqual({ bytes: 5, sha256 });
    expect(await storage.put('b.png', Readable.from([Buffer.from('hel'), Buffer.from('lo')]), png)).toEqual({
      bytes: 5,
      sha256,
    });
    const content = await storage.get('b.png');
    expect(content?.size).toBe(5);
    expect(await read(content)).toBe('hello');
  });

  it('streams ranges with both ends included and the size of the whole', async () => {
    const storage = new FileAssetStorage(root);
    await storage.put('a.png', Buffer.from('0123456789'), png);
    expect(await read(await storage.get('a.png', { start: 2, end: 4 }))).toBe('234');
    expect(await read(await storage.get('a.png', { start: 8, end: 99 }))).toBe('89');
    expect(await read(await storage.get('a.png', { start: 9 }))).toBe('9');
    const content = await storage.get('a.png', { end: 0 });
    expect(content?.size).toBe(10);
    expect(await read(content)).toBe('0');
    await expect(storage.get('a.png', { start: 10 })).rejects.toThrow(RangeError);
    await expect(storage.get('a.png', { start: 4, end: 3 })).rejects.toThrow(RangeError);
  });

  it('knows nothing under an unknown key, and nothing after a delete', async () => {
    const storage = new FileAssetStorage(root);
    expect(await storage.get('a.png')).toBeUndefined();
    await storage.put('a.png', Buffer.from('x'), png);
    await storage.delete('a.png');
    await storage.delete('a.png');
    expect(await storage.get('a.png')).toBeUndefined();
  });

  it('keeps an empty asset', async () => {
    const storage = new FileAssetStorage(root);
    expect(await storage.put('a.png', Buffer.alloc(0), png)).toMatchObject({ bytes: 0 });
    expect(await read(await storage.get('a.png'))).toBe('');
  });

  it.each(['../a.png', '../../etc/passwd', '/etc/passwd', 'a/b.png', '', '.unfinished'])(
    'never leaves its folder by the key %j',
    async (key) => {
      const storage = new FileAssetStorage(root);
      await expect(storage.put(key, Buffer.from('x'), png)).rejects.toThrow(RangeError);
      await expect(storage.delete(key)).rejects.toThrow(RangeError);
      expect(await storage.get(key)).toBeUndefined();
      expect(await files()).toEqual([]);
    },
  );

  it('leaves the old content and no debris when a source breaks off', async () => {
    const storage = new FileAssetStorage(root);
    await storage.put('a.png', Buffer.from('old'), png);
    const source = new PassThrough();
    const put = storage.put('a.png', source, png);
    source.write('half of the new');
    source.destroy(new Error('connection lost'));
    await expect(put).rejects.toThrow('connection lost');
    expect(await read(await storage.get('a.png'))).toBe('old');
    expect(await files()).toHaveLength(1);
  });

  it('serves the old content in full to whoever opened it before a replacement', async () => {
    const storage = new FileAssetStorage(root);
    await storage.put('a.png', Buffer.from('old'), png);
    const opened = await storage.get('a.png');
    await storage.put('a.png', Buffer.from('new'), png);
    expect(await read(opened)).toBe('old');
    expect(await read(await storage.get('a.png'))).toBe('new');
  });

  it('lets nobody else read files or folders', async () => {
    const storage = new FileAssetStorage(join(root, 'files'));
    await storage.put('a.png', Buffer.from('x'), png);
    for (const path of await files()) expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const name of await readdir(join(root, 'files'))) {
      expect((await stat(join(root, 'files', name))).mode & 0o777).toBe(0o700);
    }
  });

  it('removes the unfinished file of a process that died, not that of one at work', async () => {
    await mkdir(join(root, '.unfinished'));
    const [dead, alive] = [join(root, '.unfinished', 'dead'), join(root, '.unfinished', 'alive')];
    await Promise.all([writeFile(dead, 'x'), writeFile(alive, 'x')]);
    await utimes(dead, 1_000_000, 1_000_000);
    await utimes(alive, 1_090_000, 1_090_000);
    await new FileAssetStorage(root, { now: () => 1_100_000_000 }).ping();
    expect(await files()).toEqual([alive]);
  });

  it('ping fails where nothing can be written', async () => {
    await writeFile(join(root, 'taken'), 'a file, not a folder');
    await expect(new FileAssetStorage(join(root, 'taken')).ping()).rejects.toThrow();
    await expect(new FileAssetStorage(root).ping()).resolves.toBeUndefined();
  });
});

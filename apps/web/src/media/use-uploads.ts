import { useCallback, useRef, useState } from 'react';
import { open } from '../api/call.js';
import { uiStrings as text } from '../strings/en/ui.js';
import { formatBytes } from '../ui/format.js';

/** The gateway takes images up to this size (bytes). */
export const maxImageBytes = 25_000_000;
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'];

/** An image that the server has. */
export interface UploadedImage {
  readonly id: string;
  readonly url: string;
  readonly name: string;
}

/** Why a file is not even sent; undefined when it may be. */
export function refusalOf(file: File): string | undefined {
  if (!imageTypes.includes(file.type)) return text.notAnImage(file.name);
  if (file.size > maxImageBytes) return text.tooLarge(file.name, formatBytes(maxImageBytes));
  return undefined;
}

/** Sends one image; rejects with ProblemError. */
export async function uploadImage(file: File, signal?: AbortSignal): Promise<UploadedImage> {
  const body = new FormData();
  body.append('file', file);
  const response = await open('/api/v1/uploads', { method: 'POST', body, ...(signal ? { signal } : {}) });
  const { upload_id: id, url } = (await response.json()) as { upload_id: string; url: string };
  return { id, url, name: file.name };
}

/**
 * Sends files one after the other and tells about each that was refused; what was uploaded before stays.
 * `onUploaded` is called once per image.
 */
export function useUploads(onUploaded: (image: UploadedImage) => void) {
  const [pending, setPending] = useState<readonly string[]>([]);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const latest = useRef(onUploaded);
  latest.current = onUploaded;

  const add = useCallback(async (files: Iterable<File>, limit = Number.POSITIVE_INFINITY) => {
    const all = [...files];
    const taken = all.slice(0, limit);
    setProblems([
      ...taken.flatMap((file) => refusalOf(file) ?? []),
      ...(taken.length < all.length ? [text.tooMany(limit)] : []),
    ]);
    const good = taken.filter((file) => refusalOf(file) === undefined);
    setPending((before) => [...before, ...good.map(({ name }) => name)]);
    for (const file of good) {
      try {
        latest.current(await uploadImage(file));
      } catch (error) {
        setProblems((before) => [...before, `${file.name}: ${error instanceof Error ? error.message : String(error)}`]);
      }
      setPending((before) => before.toSpliced(before.indexOf(file.name), 1));
    }
  }, []);

  return { add, pending, problems, dismiss: () => setProblems([]) };
}

import { open } from '../api/call.js';

/** Saves a file of this server under a name. */
export async function download(url: string, name: string): Promise<void> {
  const response = await open(url);
  saveBlob(await response.blob(), name);
}

/** Saves what is in memory under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

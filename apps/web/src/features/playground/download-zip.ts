import { open } from '../../api/call.js';
import { saveBlob } from '../../media/download.js';

/** Saves files of this server as one zip; they are fetched one after the other. `onFile` counts. */
export async function downloadZip(
  files: readonly { readonly name: string; readonly url: string }[],
  zipName: string,
  onFile: (done: number) => void,
): Promise<void> {
  const { downloadZip: zip } = await import('client-zip');
  const fetched = async function* () {
    for (const [at, { name, url }] of files.entries()) {
      onFile(at);
      yield { name, input: await open(url) };
    }
  };
  saveBlob(await zip(fetched()).blob(), zipName);
}

/** As a mention reaches the classifier: not the inside of an e-mail address, a path or another tag. */
const mention =
  /(?<![A-Za-z0-9._%+\-/@])@([\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_-]{0,48}[\p{L}\p{N}\p{M}_])?)(?![\p{L}\p{N}\p{M}_])/gu;
const emailAddress = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
const webAddress = /\bhttps?:\/\/\S+/giu;

/** A prompt without the names that people gave their references, and without addresses. */
export interface MaskedPrompt {
  readonly prompt: string;
  /** References that it mentions, each once. */
  readonly mentions: number;
}

/**
 * Takes out of a prompt what most often names a person: `@sarah` becomes `@ref1` (the same name the same number), addresses
 * become `[link]` and `[email]`. The classifier reads every mention alike, so nothing is lost for training. Names in plain
 * words stay.
 */
export function maskNames(prompt: string): MaskedPrompt {
  const names = new Map<string, string>();
  const masked = prompt
    .replace(webAddress, '[link]')
    .replace(emailAddress, '[email]')
    .replace(mention, (_all, name: string) => {
      const key = name.normalize('NFC').toLowerCase();
      const known = names.get(key) ?? `@ref${names.size + 1}`;
      names.set(key, known);
      return known;
    });
  return { prompt: masked, mentions: names.size };
}

import { referencesStrings as text } from '../../strings/en/references.js';

const tagForm = /^[\p{L}\p{M}\p{N}_-]{1,50}$/u;
const invisible = /\p{Join_Control}|\p{Variation_Selector}/gu;
const reserved = new Set(['all', 'everyone', 'here', 'image', 'mask', 'output', 'prompt']);

/** Under what the server looks a tag up: upper and lower case, composed and decomposed letters are one. */
export function tagKey(tag: string): string {
  return tag.replace(/^@/, '').replace(invisible, '').normalize('NFC').toLowerCase();
}

/** What is wrong with a tag, as the server would say it; undefined when it may be given. */
export function tagProblem(tag: string, taken: Iterable<string> = []): string | undefined {
  const key = tagKey(tag);
  if (!tagForm.test(key)) return text.errors.tag;
  if (reserved.has(key)) return text.errors.reserved;
  return [...taken].some((other) => tagKey(other) === key) ? text.errors.taken : undefined;
}

/** A free tag made of a file's name: `Sarah (2).jpg` → `sarah_2`. */
export function suggestTag(fileName: string, taken: Iterable<string> = []): string {
  const used = new Set([...taken].map(tagKey));
  const stem = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '_')
    .replace(/^[_-]+|[_-]+$/g, '');
  const base = [...stem].slice(0, 40).join('');
  const first = base === '' || reserved.has(base) ? 'reference' : base;
  for (let number = 1; ; number += 1) {
    const tag = number === 1 ? first : `${first}_${number}`;
    if (!used.has(tagKey(tag))) return tag;
  }
}

/** Whether a reference is what somebody looks for. */
export function matches({ tag, name }: { readonly tag: string; readonly name: string }, query: string): boolean {
  const key = tagKey(query.trim());
  return tagKey(tag).includes(key) || name.toLowerCase().includes(key);
}

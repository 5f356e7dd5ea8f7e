import { v4 as uuidv4 } from 'uuid';

const form = /^erased-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What stands in the place of an erased user: random, and nothing leads back from it. */
export function newPseudonym(): string {
  return `erased-${uuidv4()}`;
}

/** True for text that is certainly no user's id: nobody else's rows may become ours by being called like one. */
export function isPseudonym(text: string): boolean {
  return form.test(text);
}

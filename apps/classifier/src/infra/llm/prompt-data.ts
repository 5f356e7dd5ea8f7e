/** What chat templates, terminals and people can mistake: the brackets of role tags, and characters that can't be seen. */
const misleading = /[<>\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * Data as JSON text of one line in which nothing looks like a role tag and nothing is invisible. It means the same as
 * without the escapes: `JSON.parse` gives the data back.
 */
export function promptData(data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(data).replace(misleading, (character) =>
    Array.from({ length: character.length }, (_, i) => escaped(character.charCodeAt(i))).join(''),
  );
}

function escaped(codeUnit: number): string {
  return `\\u${codeUnit.toString(16).padStart(4, '0')}`;
}

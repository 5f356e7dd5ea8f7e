const events = [
  'abort|animation\\w*|auxclick|before\\w+|blur|cancel|canplay\\w*|change|click|close|contextmenu|copy|cut|dblclick|drag\\w*|drop',
  'ended|error|focus\\w*|formdata|gotpointercapture|hashchange|input|invalid|key(?:down|press|up)|load\\w*|lostpointercapture',
  'message\\w*|mouse\\w+|offline|online|page\\w+|paste|pause|play\\w*|pointer\\w+|popstate|progress|reset|resize|scroll\\w*|search',
  'seek\\w+|select\\w*|show|stalled|storage|submit|suspend|timeupdate|toggle|touch\\w+|transition\\w*|unload|volumechange|wheel',
].join('|');

const topLevelTypes = 'application|audio|example|font|haptics|image|message|model|multipart|text|video';

/** What has no place in a prompt, each with the name of what was found. */
const refused: readonly (readonly [string, RegExp])[] = [
  ['a script element', /<\s*\/?\s*script\b/i],
  ['a javascript: address', /(?<![\p{L}\p{N}_])javascript\s*:/iu],
  ['a vbscript: address', /(?<![\p{L}\p{N}_])vbscript\s*:/iu],
  // Prose says "data: text and charts"; an address goes on at once with its MIME type.
  ['a data: address', new RegExp(`(?<![\\p{L}\\p{N}_])data:(?:${topLevelTypes})/[\\w.+-]`, 'iu')],
  // Only names of real events: "online = good" is prose.
  ['an event handler', new RegExp(`(?<![\\p{L}\\p{N}_])on(?:${events})\\s*=`, 'iu')],
];

/** Names the markup that a text holds; undefined for ordinary prose. */
export function findMarkup(text: string): string | undefined {
  // All of them need one of these characters, and hardly any prompt has one.
  if (!/[<:=]/.test(text)) return undefined;
  return refused.find(([, pattern]) => pattern.test(text))?.[0];
}

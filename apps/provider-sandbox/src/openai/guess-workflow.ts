/** Keywords of each workflow, first hit wins. A guess for the sandbox, not a classifier. */
const KEYWORDS: readonly (readonly [string, RegExp])[] = [
  ['video_generation', /\b(with (sound|audio|music)|music video|soundtrack|narration|singing|saying)\b/],
  ['image_to_video', /\b(animate|bring (it|this|them) to life|make (it|this|her|him|them) (move|wave|dance|walk))\b/],
  ['text_to_video', /\b(video|clip|footage|timelapse|trailer|drone shot)\b/],
  ['hair_styling', /\b(hair|haircut|hairstyle|beard|bangs|blonde|brunette)\b/],
  ['reference_styling', /\b(outfit|wearing|wear this|try on|dress (me|her|him|up)|met gala|grammy|look like)\b|@\w/],
  ['image_enhancement', /\b(upscale|sharpen|enhance|restore|denoise|higher resolution|deblur)\b/],
  ['style_transfer', /\b(in the style of|as an? (oil )?painting|watercolou?r|cartoon|anime|sketch|ghibli|pixel art)\b/],
  ['image_editing', /\b(remove|replace|change|erase|add|swap|edit|crop|background)\b/],
];
const NEEDS_IMAGE = new Set(['image_editing', 'image_enhancement', 'style_transfer']);

/** One of Atelier's nine workflows by keywords; with an image present an edit is likelier than a new picture. */
export function guessWorkflow(prompt: string, hasImage: boolean): string {
  const text = prompt.toLowerCase();
  const [workflow] = KEYWORDS.find(([, pattern]) => pattern.test(text)) ?? [];
  if (workflow === undefined) return hasImage ? 'image_editing' : 'image_generation';
  if (workflow === 'text_to_video' && hasImage) return 'image_to_video';
  const speaksOfOwnImage = /\b(this|my|the) (photo|picture|image|selfie)\b/.test(text);
  return NEEDS_IMAGE.has(workflow) && !hasImage && !speaksOfOwnImage ? 'image_generation' : workflow;
}

/** True when the prompt seems to need a looked-up fact. */
export function seemsToNeedSearch(prompt: string): boolean {
  return /\b(met gala|grammys?|oscars?|red carpet|world cup|fashion week|\d{4} collection)\b/i.test(prompt);
}

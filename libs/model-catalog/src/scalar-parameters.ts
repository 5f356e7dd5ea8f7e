/** The neutral parameters with one rule each, by our name and the name in the REST contract. Shapes are mapped apart. */
export const SCALAR_PARAMETERS = [
  ['negativePrompt', 'negative_prompt'],
  ['seed', 'seed'],
  ['steps', 'steps'],
  ['guidanceScale', 'guidance_scale'],
  ['strength', 'strength'],
  ['numOutputs', 'num_outputs'],
  ['durationS', 'duration_s'],
  ['fps', 'fps'],
  ['outputFormat', 'output_format'],
  ['quality', 'quality'],
  ['audio', 'audio'],
] as const;

/** Our name of a parameter with a rule of its own. */
export type ScalarName = (typeof SCALAR_PARAMETERS)[number][0];

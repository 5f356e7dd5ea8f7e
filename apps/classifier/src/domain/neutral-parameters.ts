import type { GenerationParameters } from '@atelier/model-catalog';

/** `durationS` → `duration_s`. */
type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : '';

/** What a value has to be; undefined when it is that. */
type Check = (value: string) => string | undefined;

const number =
  (least: number, most: number): Check =>
  (value) =>
    /^\d+(\.\d+)?$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a number from ${least} to ${most}`;
const whole =
  (least: number, most: number): Check =>
  (value) =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value) ? undefined : words.join(' or ');
const words =
  (most: number): Check =>
  (value) =>
    value !== '' && value.length <= most ? undefined : `1 to ${most} characters`;
const ratio: Check = (value) => (/^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(value) ? undefined : 'like 16:9');

/** The neutral generation parameters under their REST names, each with the values it takes. */
const checks = {
  negative_prompt: words(2000),
  width: whole(16, 8192),
  height: whole(16, 8192),
  aspect_ratio: ratio,
  seed: whole(0, 4_294_967_295),
  steps: whole(1, 200),
  guidance_scale: number(0, 50),
  strength: number(0, 1),
  num_outputs: whole(1, 4),
  duration_s: number(0.1, 600),
  fps: number(1, 120),
  output_format: oneOf('png', 'jpg', 'jpeg', 'webp', 'mp4', 'webm'),
  quality: words(40),
  audio: oneOf('on', 'off'),
} satisfies Record<SnakeCase<keyof GenerationParameters>, Check>;

/** Says what is wrong with a parameter; undefined for one that plans understand. */
export function parameterProblem(name: string, value: string): string | undefined {
  if (!Object.hasOwn(checks, name)) return `"${name}" is no generation parameter (${Object.keys(checks).join(', ')})`;
  const wanted = checks[name as keyof typeof checks](value);
  return wanted && `${name} cannot be "${value}": it must be ${wanted}`;
}

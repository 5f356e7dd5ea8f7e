import { QualityPreference } from '@atelier/contracts/creative/v1';
import type { GenerationParameters } from '../http/generation-parameters.js';

const qualities = {
  speed: QualityPreference.QUALITY_PREFERENCE_SPEED,
  balanced: QualityPreference.QUALITY_PREFERENCE_BALANCED,
  quality: QualityPreference.QUALITY_PREFERENCE_QUALITY,
} as const;

/** The wire's number of a preference. */
export function toWireQuality(quality: keyof typeof qualities | undefined): QualityPreference {
  return quality ? qualities[quality] : QualityPreference.QUALITY_PREFERENCE_UNSPECIFIED;
}

const shapes: Readonly<Record<string, GenerationParameters>> = {
  square: { aspect_ratio: '1:1' },
  portrait: { aspect_ratio: '3:4' },
  vertical: { aspect_ratio: '9:16' },
  landscape: { aspect_ratio: '4:3' },
  wide: { aspect_ratio: '16:9' },
  widescreen: { aspect_ratio: '16:9' },
};
const fileFormats = ['png', 'jpg', 'jpeg', 'webp', 'mp4', 'webm'] as const;

/**
 * What a wished format means as soft parameters: an aspect ratio (`16:9`), a shape (`portrait`), a size (`1024x768`) or a
 * file format (`png`). Undefined when it means none of them.
 */
export function formatParameters(format: string): GenerationParameters | undefined {
  const word = format.trim().toLowerCase();
  if (/^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(word)) return { aspect_ratio: word };
  const [, width, height] = /^([1-9]\d{1,3})\s*[x×]\s*([1-9]\d{1,3})$/.exec(word) ?? [];
  if (width && height) return { width: Number(width), height: Number(height) };
  const file = fileFormats.find((name) => name === word.replace(/^\./, ''));
  return file ? { output_format: file } : shapes[word];
}

/** A prompt with the wished style at its end, unless it already says so. */
export function withStyle(prompt: string, style: string | undefined): string {
  if (!style || prompt.toLowerCase().includes(style.toLowerCase())) return prompt;
  return `${prompt}, ${style}`;
}

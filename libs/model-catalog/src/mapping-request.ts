import type { GenerationParameters } from './generation-parameters.js';

/** A would-be generation in neutral terms. */
export interface MappingRequest {
  readonly prompt: string;
  /** A preset's negative prompt: soft, and second to the negative prompt among the parameters. */
  readonly negativePrompt?: string;
  /** Input images, without the mask. */
  readonly imageCount: number;
  readonly hasMask: boolean;
  /** What the caller asked for: honoured, approximated with a warning, or refused. */
  readonly explicit: GenerationParameters;
  /** What presets and preferences suggest: like explicit ones, but dropped with a warning instead of refused. */
  readonly soft: GenerationParameters;
}

/** Which of the request's images go into a native field. */
export interface ImageField {
  readonly field: string;
  /** Positions among the input images; the mask, if there is one, has the position after the last image. */
  readonly indices: readonly number[];
  /** The field takes a list even for one image. */
  readonly list: boolean;
}

/** Why a model can't serve a request; `field` is named as in the REST contract (`parameters.duration_s`). */
export interface Violation {
  readonly field: string;
  readonly message: string;
}

/** A request in the model's own terms, or everything that speaks against it. */
export type MappingResult =
  | {
      readonly ok: true;
      /** Native input without images. */
      readonly input: Readonly<Record<string, unknown>>;
      readonly imageFields: readonly ImageField[];
      /** What will really be used, defaults included as far as they are known. */
      readonly effective: GenerationParameters;
      /** One sentence for each wish that is approximated or dropped. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly violations: readonly Violation[] };

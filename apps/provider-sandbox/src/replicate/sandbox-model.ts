import type { EditEffect } from '../rendering/edit-effect.js';

/** One input field in the JSON-schema dialect that Replicate publishes. `format: 'uri'` marks a file. */
export interface InputField {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  readonly description?: string;
  readonly format?: 'uri';
  readonly enum?: readonly (string | number)[];
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly nullable?: boolean;
  readonly items?: { readonly type: 'string'; readonly format?: 'uri' };
}

/** What a model takes: the `Input` component of its published schema. */
export interface InputSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, InputField>>;
}

/** A model of the sandbox's Replicate. */
export interface SandboxModel {
  /** `owner/name`. */
  readonly id: string;
  readonly description: string;
  /** Official models run by name, all others only by version. */
  readonly isOfficial: boolean;
  /** The version published for the model, 64 hexadecimal digits; left out where none is known. */
  readonly version?: string;
  readonly input: InputSchema;
  /** `many` models answer an array of URLs even when there is only one. */
  readonly output: 'one' | 'many';
  readonly medium: ImageMedium | VideoMedium;
  /** Realistic seconds of start and work together, before the time scale. */
  readonly seconds: number;
}

/** How an image model's outputs look. */
export interface ImageMedium {
  readonly kind: 'image';
  readonly effect: EditEffect;
  readonly megapixels: number;
}

/** How a video model's outputs look. */
export interface VideoMedium {
  readonly kind: 'video';
  /** Length where the input has no field for it. */
  readonly seconds: number;
  readonly hasAudio: boolean;
  /** An input image decides the shape, whatever aspect ratio was asked for. */
  readonly followsImage: boolean;
}

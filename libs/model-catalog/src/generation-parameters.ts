/**
 * Our neutral generation parameters (spec: Generations). All optional; what is absent takes the model's default.
 * Sizes in pixels, durations in seconds, `strength` and `guidanceScale` as the provider understands them after mapping.
 */
export interface GenerationParameters {
  negativePrompt?: string;
  width?: number;
  height?: number;
  /** `W:H`, for example `16:9`. */
  aspectRatio?: string;
  seed?: number;
  steps?: number;
  guidanceScale?: number;
  /** 0..1: how much an input image may change. */
  strength?: number;
  /** 1..4. */
  numOutputs?: number;
  durationS?: number;
  fps?: number;
  /** `png`, `jpg`, `webp`, `mp4`. */
  outputFormat?: string;
  /** `low`, `medium`, `high` or a model's own word. */
  quality?: string;
  audio?: boolean;
}

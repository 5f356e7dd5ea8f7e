/** What an image may have before it is opened. */
export interface ImageLimits {
  /** Default 25 MB. */
  readonly maxBytes?: number;
  /** All frames together; default 50 megapixels. */
  readonly maxPixels?: number;
  /** Default 100. */
  readonly maxFrames?: number;
}

/** The limits when none are given. */
export const DEFAULT_IMAGE_LIMITS = { maxBytes: 25 * 1024 * 1024, maxPixels: 50_000_000, maxFrames: 100 } as const;

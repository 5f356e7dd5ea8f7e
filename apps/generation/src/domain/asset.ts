/** A stored file. */
export interface Asset {
  readonly assetId: string;
  /** `<assetId>.<extension>`. */
  readonly storageKey: string;
  /** Sniffed from the content. */
  readonly contentType: string;
  /** Pixels; 0 when unknown. */
  readonly width: number;
  readonly height: number;
  /** Seconds of video; 0 for images. */
  readonly durationS: number;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly ownerId: string;
  /** Epoch milliseconds. */
  readonly createTimeMs: number;
}

/** Why an asset exists. */
export type AssetPurpose = 'output' | 'input' | 'upload' | 'playground' | 'playground_source' | 'reference';

/** An input image; the adapter gives it to the provider in the form that it takes. */
export interface ProviderImage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** One paid request, already mapped to the model's own input shape by `@atelier/model-catalog`. */
export interface ProviderRequest {
  /** Our attempt id: idempotency, correlation and webhook routing. */
  readonly attemptId: string;
  readonly modelId: string;
  /** Version hash for models that are not addressable by name (ltx-video). */
  readonly version?: string;
  /** Native input without images. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Native field name to its image(s), in order. One image goes as such, several as a list. */
  readonly images: Readonly<Record<string, readonly ProviderImage[]>>;
  /** Time that is left for the job, in milliseconds from now; given to the provider where it takes one (Replicate `Cancel-After`). */
  readonly deadlineMs: number;
  /** Public URL for completion webhooks, when configured. */
  readonly webhookUrl?: string;
}

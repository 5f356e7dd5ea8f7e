/** A native field (dotted path) and its value. */
export type NativeField = readonly [path: string, value: unknown];

/** What became of one wish: honoured (approximated when there is a warning) or refused. */
export type Outcome =
  | {
      readonly kind: 'honoured';
      readonly native: readonly NativeField[];
      /** The neutral value that is really used. */
      readonly used: unknown;
      readonly warning?: string;
      /** Words to add to the prompt. */
      readonly promptSuffix?: string;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Refused for `reason`, a sentence. */
export function refused(reason: string): Outcome {
  return { kind: 'refused', reason };
}

/** Honoured exactly when `warning` is undefined, else approximated. */
export function honoured(native: readonly NativeField[], used: unknown, warning?: string): Outcome {
  return { kind: 'honoured', native, used, warning };
}

/** Who asks, as far as it matters here. */
export interface Caller {
  readonly userId: string;
  /** May see and change everything. */
  readonly admin: boolean;
}

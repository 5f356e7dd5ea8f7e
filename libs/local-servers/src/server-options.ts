/** Where a server keeps its data and serves. */
export interface ServerOptions {
  /** Made when it does not exist; what is in it is used again. */
  readonly folder: string;
  /** On 127.0.0.1; another one when it is taken. */
  readonly port?: number;
  /** Everything the server prints is added to it. */
  readonly logFile?: string;
  /** False for tests: faster, and a power cut may lose everything. */
  readonly durable?: boolean;
}

import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent } from 'undici';
import { FetchFailedError } from './fetch-failed-error.js';
import { guardedLookup, type ResolveHost, resolveHost } from './guarded-lookup.js';
import type { HostRules } from './host-rules.js';
import { inspectBody } from './inspect-body.js';
import { openFollowingRedirects } from './open-following-redirects.js';
import { type PostAnswer, postOnce } from './post-once.js';

/** Limits of one fetcher; sizes in bytes, times in milliseconds. */
export interface SafeFetcherOptions {
  /** Hosts that may be fetched; `'*'` = any public host. */
  readonly allowHosts: HostRules;
  /** Exact `host:port` of configured services (a provider's base URL); such an origin needs no host rule, public address or usual port. */
  readonly allowPrivateOrigins?: readonly string[];
  readonly maxBytes: number;
  /** From the first connection to the last byte, redirects included. */
  readonly timeoutMs: number;
  /** Longest wait for a connection, for the head of an answer or for the next bytes of its body. */
  readonly idleTimeoutMs: number;
  /** Default 3. */
  readonly maxRedirects?: number;
  /** Only origins of `allowPrivateOrigins` may do without https. */
  readonly httpsOnly?: boolean;
  /** Replaces the system resolver. */
  readonly lookup?: ResolveHost;
}

/** What one call may add. */
export interface SafeFetchRequest {
  readonly signal?: AbortSignal;
  /** Sent to the first origin only: a redirect to another origin drops all of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the fetcher's host rules. */
  readonly allowHosts?: HostRules;
  /** Types by content that are wanted (`image/png`, `video/*`); anything else is `unsupported_content`. */
  readonly accept?: readonly string[];
  /** Replaces the fetcher's size limit. */
  readonly maxBytes?: number;
}

/** A message to be sent. */
export interface SafePostRequest {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** `contentType` is sniffed from the content; what the host claims is ignored. */
export interface FetchedContent {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly finalUrl: string;
}

/** What went into the writable: number of bytes, SHA-256 in hexadecimal, sniffed type. */
export interface DownloadedContent {
  readonly bytes: number;
  readonly sha256: string;
  readonly contentType: string;
  readonly finalUrl: string;
}

/** Fetches URLs that users or providers gave; refusals and failures are FetchFailedError. */
export interface SafeFetcher {
  fetch(url: string, request?: SafeFetchRequest): Promise<FetchedContent>;
  /** Streams into `writable`, which is ended on success and destroyed on failure (its content is then partial). Its own errors come through. */
  download(url: string, writable: Writable, request?: SafeFetchRequest): Promise<DownloadedContent>;
  /**
   * Sends a message once, to a URL under the same rules. Every status is an answer, a redirect too: none is followed.
   * What the host answers beside its status is thrown away.
   */
  post(url: string, message: SafePostRequest): Promise<PostAnswer>;
  /** Closes the connections. */
  close(): Promise<void>;
}

/**
 * Makes a fetcher for untrusted URLs: host rules, public addresses only (checked and then connected to),
 * redirects re-checked, bytes and time bounded, type sniffed.
 * Give user URLs and provider outputs a fetcher each, so that neither inherits the other's origins.
 */
export function createSafeFetcher(options: SafeFetcherOptions): SafeFetcher {
  const allowPrivateOrigins = new Set(options.allowPrivateOrigins);
  const { httpsOnly } = options;
  const agentFor = (allowPrivate: boolean): Agent =>
    new Agent({
      allowH2: false,
      connect: {
        lookup: guardedLookup(options.lookup ?? resolveHost, { allowPrivate }),
        timeout: options.idleTimeoutMs,
      },
      headersTimeout: options.idleTimeoutMs,
      bodyTimeout: options.idleTimeoutMs,
    });
  const agents = { public: agentFor(false), trusted: agentFor(true) };

  /** The checked content; `found` is filled before the first chunk. */
  async function* read(url: string, request: SafeFetchRequest, found: { contentType: string; finalUrl: string }) {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
    let body: Readable | undefined;
    try {
      const opened = await openFollowingRedirects(url, {
        policy: { allowHosts: request.allowHosts ?? options.allowHosts, allowPrivateOrigins, httpsOnly },
        agents,
        maxRedirects: options.maxRedirects ?? 3,
        headers: request.headers ?? {},
        signal,
      });
      body = opened.body;
      found.finalUrl = opened.finalUrl;
      yield* inspectBody(body, {
        maxBytes: request.maxBytes ?? options.maxBytes,
        contentLength: opened.contentLength,
        accept: request.accept,
        onContentType: (contentType) => (found.contentType = contentType),
      });
    } catch (error) {
      throw toFetchFailure(error, { timedOut: timeout.aborted, abandoned: request.signal?.aborted === true });
    } finally {
      body?.destroy();
    }
  }

  return {
    async fetch(url, request = {}) {
      const found = { contentType: '', finalUrl: '' };
      const chunks: Uint8Array[] = [];
      for await (const chunk of read(url, request, found)) chunks.push(chunk);
      return { bytes: Buffer.concat(chunks), ...found };
    },

    async download(url, writable, request = {}) {
      const found = { contentType: '', finalUrl: '' };
      const hash = createHash('sha256');
      let bytes = 0;
      const measured = async function* () {
        for await (const chunk of read(url, request, found)) {
          bytes += chunk.length;
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(measured, writable);
      return { bytes, sha256: hash.digest('hex'), ...found };
    },

    async post(url, { body, headers, signal: abandon }) {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const signal = abandon === undefined ? timeout : AbortSignal.any([abandon, timeout]);
      const policy = { allowHosts: options.allowHosts, allowPrivateOrigins, httpsOnly };
      try {
        return await postOnce(url, { policy, agents, headers, body, signal });
      } catch (error) {
        throw toFetchFailure(error, { timedOut: timeout.aborted, abandoned: abandon?.aborted === true });
      }
    },

    async close() {
      await Promise.all([agents.public.destroy(), agents.trusted.destroy()]);
    },
  };
}

const TIMEOUT_CODES = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

function toFetchFailure(error: unknown, signals: { timedOut: boolean; abandoned: boolean }): FetchFailedError {
  if (error instanceof FetchFailedError) return error;
  if (signals.abandoned) return new FetchFailedError('aborted', { cause: error });
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (signals.timedOut || TIMEOUT_CODES.has(code)) return new FetchFailedError('timeout', { cause: error });
  return new FetchFailedError('connection_failed', { cause: error });
}

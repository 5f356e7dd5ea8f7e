import type { ProviderAdapter } from '../provider-adapter.js';

/** Gemini-style APIs list no requests, so an answer that was lost can't be found again: its outcome stays unknown and is not bought twice. */
export const records: ProviderAdapter['records'] = undefined;

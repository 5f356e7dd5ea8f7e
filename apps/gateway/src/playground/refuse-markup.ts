import { findMarkup } from '../enhanced/markup.js';
import { gatewayErrors } from '../gateway.errors.js';

/** Options of image jobs that become part of a prompt. @throws PROMPT_MARKUP_REFUSED with the field */
export function refuseMarkup(config: Readonly<Record<string, unknown>>): void {
  for (const name of ['backgroundPrompt', 'negativePrompt']) {
    const text = config[name];
    const found = typeof text === 'string' ? findMarkup(text) : undefined;
    if (!found) continue;
    throw gatewayErrors.PROMPT_MARKUP_REFUSED({ violations: [{ field: `config.${name}`, message: `holds ${found}` }] });
  }
}

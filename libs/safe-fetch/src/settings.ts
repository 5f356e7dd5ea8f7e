import { z } from 'zod';
import { DEFAULT_IMAGE_HOSTS, type HostRules, parseHostRules } from './host-rules.js';
import { parsePrivateOrigins } from './private-origins.js';

/** Settings about addresses, the same in every service that has them. */
export const safeFetchSettings = {
  ALLOWED_IMAGE_HOSTS: readBy<HostRules>(DEFAULT_IMAGE_HOSTS.join(','), parseHostRules).describe(
    'Hosts (with their sub-domains) that image URLs may name beside own assets; * = any public host.',
  ),
  WEBHOOK_ALLOWED_PRIVATE_ORIGINS: readBy('', parsePrivateOrigins).describe(
    "Origins such as http://127.0.0.1:4010 to which callers' webhooks may go without https and a public address; none by default.",
  ),
} as const satisfies Record<string, z.ZodType>;

/** Text that a function understands; what its RangeError says is said of the setting. */
function readBy<Value>(defaultText: string, parse: (text: string) => Value) {
  return z
    .string()
    .default(defaultText)
    .transform((text, context): Value => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });
}

import { parsePrivateOrigins } from '@atelier/safe-fetch';
import { z } from 'zod';

/** Settings of the webhooks of callers. */
export const webhookConfig = {
  WEBHOOK_ALLOWED_PRIVATE_ORIGINS: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return parsePrivateOrigins(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof RangeError ? error.message : 'is wrong' });
        return z.NEVER;
      }
    })
    .describe(
      "Origins such as http://127.0.0.1:4010 to which callers' webhooks may go without https and a public address; none by default.",
    ),
} as const satisfies Record<string, z.ZodType>;

import { secret, storageConfig } from '@atelier/service-defaults';
import { z } from 'zod';
import { parseS3Location, type S3Location } from './s3-location.js';

/** Where files are, for every service that stores or reads them. */
export const assetStorageConfig = {
  DATA_DIR: storageConfig.DATA_DIR,
  STORAGE_URL: z
    .string()
    .transform((text, context): S3Location => {
      try {
        return parseS3Location(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is no address' });
        return z.NEVER;
      }
    })
    .optional()
    .describe(
      's3://bucket/prefix?endpoint=https://…&region=… keeps files in S3, R2 or MinIO. Unset: the folder files in DATA_DIR.',
    ),
  STORAGE_ACCESS_KEY_ID: secret().describe(
    "Key of the bucket. Unset: what the AWS SDK finds (environment, the pod's role, the machine's role).",
  ),
  STORAGE_SECRET_ACCESS_KEY: secret().describe('Secret that belongs to STORAGE_ACCESS_KEY_ID.'),
} as const;

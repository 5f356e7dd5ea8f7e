import { type Kysely, sql } from 'kysely';
import type { JudgedPrompt } from '../domain/judged-prompt.js';

const pageSize = 2_000;

interface Row {
  readonly user_id: string;
  readonly request_id: string;
  /** Null for a plan that is not known. */
  readonly prompt: string | null;
  readonly prompt_hashed: boolean;
  readonly classified_workflow: string;
  readonly confidence: number;
  readonly source: string;
  readonly runner_up: string | null;
  readonly corrected_from: string | null;
  readonly classifier_version: string;
  readonly working_images: number;
  readonly uploaded_images: number;
  readonly reference_images: number;
  readonly correct: boolean;
  readonly expected_workflow: string;
  readonly given_at: Date;
}

/** Every plan that its own user judged, with the latest judgement. Reads pages, so that no statement runs long. */
export async function* readJudgedPrompts(db: Kysely<unknown>): AsyncGenerator<JudgedPrompt> {
  for (let after: readonly [string, string] = ['', '']; ;) {
    const { rows } = await sql<Row>`
      select judgement.*, plan.* from (
        select user_id, request_id, correct, expected_workflow, given_at from analytics.plan_feedback
        where (user_id, request_id) > (${after[0]}, ${after[1]}) order by user_id, request_id limit ${pageSize}
      ) as judgement
      left join lateral (
        select prompt, prompt_hashed, classified_workflow, confidence, source, runner_up, corrected_from,
          classifier_version, working_images, uploaded_images, reference_images
        from analytics.intent_classification_logs as plan
        where plan.user_id = judgement.user_id and plan.request_id = judgement.request_id
        order by created_at desc, event_id desc limit 1
      ) as plan on true
      order by user_id, request_id`.execute(db);
    // A judgement without a plan of the same user is about nothing.
    for (const { prompt, ...row } of rows) if (prompt !== null) yield toJudgedPrompt({ ...row, prompt });
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = [last.user_id, last.request_id];
  }
}

function toJudgedPrompt(row: Row & { readonly prompt: string }): JudgedPrompt {
  return {
    userId: row.user_id,
    prompt: row.prompt,
    promptHashed: row.prompt_hashed,
    workflow: row.classified_workflow,
    confidence: row.confidence,
    source: row.source,
    runnerUp: row.runner_up ?? undefined,
    correctedFrom: row.corrected_from ?? undefined,
    classifierVersion: row.classifier_version,
    workingImages: row.working_images,
    uploadedImages: row.uploaded_images,
    references: row.reference_images,
    correct: row.correct,
    expectedWorkflow: row.expected_workflow,
    givenAt: row.given_at,
  };
}

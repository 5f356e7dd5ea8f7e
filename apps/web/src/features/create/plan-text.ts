import type { ProcessAnswer } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';
import { formatDollars, formatSeconds } from '../../ui/format.js';

/** Low and high, or usual and longest. */
type Range = readonly number[];

/** `$0.04`, or `$0.03 to $0.05` where it can't be known exactly. */
export function costText({
  estimated_cost: cost,
  cost_range,
}: Pick<ProcessAnswer, 'estimated_cost'> & { readonly cost_range: Range }): string {
  const [low = cost, high = cost] = cost_range;
  const [from, to] = [formatDollars(low), formatDollars(high)];
  return from === to ? from : text.range(from, to);
}

/** `30 s, at most 1 min`. */
export function timeText({
  estimated_time: time,
  time_range,
}: Pick<ProcessAnswer, 'estimated_time'> & { readonly time_range: Range }): string {
  const [typical = time, most = time] = time_range;
  const [usually, atMost] = [formatSeconds(typical), formatSeconds(most)];
  return most > typical ? text.upTo(usually, atMost) : usually;
}

/** A word for a confidence 0..1. */
export function confidenceWord(confidence: number): string {
  if (confidence >= 0.8) return text.sure;
  return confidence >= 0.55 ? text.fairlySure : text.guess;
}

/** Why the prompt was read this way, and why this model: the server joins both by ` | `. */
export function reasonsOf({ reasoning }: Pick<ProcessAnswer, 'reasoning'>): { intent: string; model: string } {
  const [intent = '', ...rest] = reasoning.split(' | ');
  return { intent, model: rest.join(' | ') };
}

/** Other readings worth a click: what the server asks about, or a runner-up that is not far behind. */
export function otherReadings({ metadata, workflow_type: planned }: Pick<ProcessAnswer, 'metadata' | 'workflow_type'>) {
  if (metadata.clarify) return metadata.clarify.options;
  const { runner_up: second } = metadata;
  return second && second.confidence >= 0.1 && second.workflow_type !== planned ? [second] : [];
}

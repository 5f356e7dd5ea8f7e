import type { GenerationParameters } from './generation-parameters.js';
import type { Violation } from './mapping-request.js';
import { setAt } from './native-input.js';
import type { NativeField, Outcome } from './outcome.js';

/** A mapping under construction: what is sent, what is used, and what must be said about it. */
export class MappingDraft {
  readonly input: Record<string, unknown> = {};
  readonly effective: GenerationParameters = {};
  readonly warnings: string[] = [];
  readonly violations: Violation[] = [];
  promptSuffix = '';

  /** Puts fields into the native input. */
  send(fields: readonly NativeField[]): void {
    for (const [path, value] of fields) setAt(this.input, path, structuredClone(value));
  }

  /** Notes the neutral values that will really be used. */
  use(values: object): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) Object.assign(this.effective, { [name]: value });
    }
  }

  /** Takes over an honoured wish, or speaks of the refused one: a violation if it was explicit, else a warning. */
  settle(outcome: Outcome, fields: readonly string[], explicit: boolean, used: (value: unknown) => object): boolean {
    if (outcome.kind === 'refused') {
      this.refuse(fields, explicit, outcome.reason);
      return false;
    }
    this.send(outcome.native);
    this.use(used(outcome.used));
    this.promptSuffix += outcome.promptSuffix ?? '';
    if (outcome.warning !== undefined) this.warnings.push(outcome.warning);
    return true;
  }

  /** Refuses an explicit parameter, or drops a soft one with a warning. */
  refuse(fields: readonly string[], explicit: boolean, reason: string): void {
    if (explicit) {
      for (const field of fields) this.violations.push({ field: `parameters.${field}`, message: reason });
    } else {
      this.warnings.push(`${fields.join(' and ')} ${fields.length > 1 ? 'were' : 'was'} dropped: ${reason}`);
    }
  }
}

import type { SandboxProvider } from '../creation-log.js';
import type { Fault, FaultKind, FaultRule } from './fault.js';

/** The request that a rule is held against. */
export interface FaultSubject {
  readonly provider: SandboxProvider;
  readonly method: string;
  /** Path below the provider's base URL. */
  readonly path: string;
  readonly model?: string;
}

/** A rule with the number of times it will still strike. */
export interface PendingFault extends FaultRule {
  readonly remaining: number;
}

/** The scripted misbehaviours of one sandbox; the oldest matching rule strikes first. */
export class FaultPlan {
  #pending: PendingFault[] = [];

  get pending(): readonly PendingFault[] {
    return this.#pending;
  }

  replace(rules: readonly FaultRule[]): void {
    this.#pending = rules.map((rule) => ({ ...rule, remaining: rule.times }));
  }

  add(rules: readonly FaultRule[]): void {
    this.#pending.push(...rules.map((rule) => ({ ...rule, remaining: rule.times })));
  }

  /** Uses up one strike of the first rule of one of `kinds` that matches, if there is one. */
  take<Kind extends FaultKind>(
    subject: FaultSubject,
    kinds: readonly Kind[],
  ): Extract<Fault, { kind: Kind }> | undefined {
    for (const [index, rule] of this.#pending.entries()) {
      const { fault } = rule;
      if (!isOneOf(fault, kinds) || !matches(rule, subject)) continue;
      if (rule.remaining > 1) this.#pending[index] = { ...rule, remaining: rule.remaining - 1 };
      else this.#pending.splice(index, 1);
      return fault;
    }
    return undefined;
  }
}

function isOneOf<Kind extends FaultKind>(
  fault: Fault,
  kinds: readonly Kind[],
): fault is Extract<Fault, { kind: Kind }> {
  return kinds.some((kind) => kind === fault.kind);
}

function matches({ match }: FaultRule, subject: FaultSubject): boolean {
  return (
    (match.provider === undefined || match.provider === subject.provider) &&
    (match.method === undefined || match.method === subject.method) &&
    (match.model === undefined || match.model === subject.model) &&
    (match.path === undefined || pathMatches(match.path, subject.path))
  );
}

function pathMatches(pattern: string, path: string): boolean {
  const literals = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${literals.join('.*')}$`).test(path);
}

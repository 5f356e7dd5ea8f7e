import { type AlertKind, alertKinds } from './alert-kind.js';
import type { AlertNews } from './follow-alert.js';

/** What a message is about. */
export interface AlertFacts {
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly value: number;
  readonly threshold: number;
  readonly startTime: Date;
  readonly endTime: Date | null;
}

/** What channels send. */
export interface AlertMessage {
  /** The same when it is sent again, so that a receiver can tell. */
  readonly id: string;
  readonly news: AlertNews | 'test';
  readonly time: Date;
  /** One line. */
  readonly title: string;
  /** A few plain sentences. */
  readonly text: string;
  /** Absent in tests. */
  readonly facts?: AlertFacts;
}

const words = { started: 'Alert', reminder: 'Still', ended: 'Over' } as const;

/** The message about a step of an alert. */
export function alertMessage(id: string, news: AlertNews, facts: AlertFacts, time: Date): AlertMessage {
  const { title, unit } = alertKinds[facts.kind];
  const about = facts.subject === '' ? '' : ` (${facts.subject})`;
  const since = ` since ${minute(facts.startTime)}`;
  const value = `${title}${about}: ${figure(facts.value)} ${unit}`;
  const until = facts.endTime ? ` until ${minute(facts.endTime)}` : '';
  return {
    id,
    news,
    time,
    title: `${words[news]}: ${facts.ruleName}${about}`,
    text: `${value}. The threshold is ${figure(facts.threshold)} ${unit}. The alert ${news === 'ended' ? 'lasted from' : 'goes on'}${news === 'ended' ? ` ${minute(facts.startTime)}${until}` : since}.`,
    facts,
  };
}

/** The message of the test button. */
export function testMessage(id: string, time: Date): AlertMessage {
  const text = 'This is a test. Alerts of Atelier will arrive here.';
  return { id, news: 'test', time, title: 'Test: alerts of Atelier', text };
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

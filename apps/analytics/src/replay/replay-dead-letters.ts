import { parseArgs } from 'node:util';
import { createKafka, deadLetterTopic, usageTopic } from '@atelier/events';
import { ConfigError, kafkaSettings, loadConfig, usageConfig } from '@atelier/service-defaults';
import type { Kafka, KafkaMessage, Producer } from 'kafkajs';
import { deadLetterHeaders } from '../infra/kafka/dead-letters.js';

/** A command as its user sees it. */
export interface CommandRun {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly report: (text: string) => void;
}

const help = `npm run events:replay -- [--dry-run] [--reason <text>] [--limit <n>]

Sends usage events that could not be counted to the topic of usage events again, as they came, once what kept them from
being counted is mended. What still can't be counted comes back to the dead letters. Each dead letter is replayed once.

--dry-run   prints them, one JSON line each, and sends nothing
--reason    only those whose reason holds this text; the others are passed over for good
--limit     at most so many (all when absent)

Reads KAFKA_BROKERS and the other KAFKA_ settings. The last line says how many.
`;

/** All commands share one place: what one has replayed the next one passes over. */
const group = 'atelier-dead-letter-replay';
const idleMs = 5_000;

interface Options {
  readonly dryRun: boolean;
  readonly reason: string;
  readonly limit: number;
}

/** Answers the exit code: 0 done, 1 not possible, 2 wrong usage. */
export async function replayDeadLetters({ args, env, out, report }: CommandRun): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') return (out(help), 0);
  if (typeof options === 'string') return (report(`events:replay: ${options}\n`), 2);
  try {
    const brokers = kafkaSettings(loadConfig(usageConfig, env));
    if (!brokers)
      return (report('events:replay: KAFKA_BROKERS is not set; without Kafka there are no dead letters\n'), 1);
    const kafka = createKafka(group, brokers, { warn: () => {} });
    const found = await replay(kafka, options, out);
    report(`${found} dead ${found === 1 ? 'letter' : 'letters'}${options.dryRun ? '' : ' replayed'}\n`);
    return 0;
  } catch (error) {
    const message = error instanceof ConfigError ? error.message : `Kafka can't be read: ${String(error)}`;
    report(`events:replay: ${message}\n`);
    return 1;
  }
}

function readOptions(args: readonly string[]): Options | 'help' | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'dry-run': { type: 'boolean', default: false },
        reason: { type: 'string', default: '' },
        limit: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const limit = values.limit === undefined ? Infinity : Number(values.limit);
    if (!(limit >= 1) || (Number.isFinite(limit) && !Number.isInteger(limit)))
      return '--limit must be a whole number from 1';
    return { dryRun: values['dry-run'], reason: values.reason, limit };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function replay(kafka: Kafka, { dryRun, reason, limit }: Options, out: (text: string) => void): Promise<number> {
  const end = await endOfDeadLetters(kafka);
  const consumer = kafka.consumer({
    groupId: dryRun ? `${group}-dry-run-${process.pid}` : group,
    maxWaitTimeInMs: 200,
  });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  let found = 0;
  let idle: NodeJS.Timeout | undefined;
  try {
    if (!dryRun) await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topic: deadLetterTopic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      // What was replayed before is not told again, so nothing may come at all.
      const wait = (): void => {
        clearTimeout(idle);
        idle = setTimeout(resolve, idleMs);
      };
      consumer.on('consumer.group_join', wait);
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      void consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ message, partition }) => {
            if (found >= limit || Number(message.offset) >= end) return resolve();
            wait();
            if (reasonOf(message).includes(reason)) {
              found += 1;
              if (dryRun) out(`${JSON.stringify(describe(message))}\n`);
              else await send(producer, message);
            }
            const offset = String(BigInt(message.offset) + 1n);
            if (!dryRun) await consumer.commitOffsets([{ topic: deadLetterTopic, partition, offset }]);
            if (found >= limit || Number(offset) >= end) resolve();
          },
        })
        .catch(reject);
    });
    return found;
  } finally {
    clearTimeout(idle);
    await consumer.disconnect();
    await producer.disconnect();
  }
}

async function endOfDeadLetters(kafka: Kafka): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [partition] = await admin.fetchTopicOffsets(deadLetterTopic);
    return Number(partition?.high ?? 0);
  } finally {
    await admin.disconnect();
  }
}

async function send(producer: Producer, { key, value, headers }: KafkaMessage): Promise<void> {
  const ours = new Set<string>(Object.values(deadLetterHeaders));
  const own = Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => !ours.has(name)));
  await producer.send({ topic: usageTopic, acks: -1, messages: [{ key, value, headers: own }] });
}

function reasonOf({ headers }: KafkaMessage): string {
  return String(headers?.[deadLetterHeaders.reason] ?? '');
}

function describe(message: KafkaMessage): object {
  const header = (name: string): string => String(message.headers?.[name] ?? '');
  return {
    reason: reasonOf(message),
    topic: header(deadLetterHeaders.topic),
    partition: Number(header(deadLetterHeaders.partition)),
    offset: header(deadLetterHeaders.offset),
    bytes: message.value?.length ?? 0,
  };
}

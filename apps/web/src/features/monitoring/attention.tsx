import { TriangleAlert } from 'lucide-react';
import { Link } from 'wouter';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { formatNumber } from '../../ui/format.js';
import type { Dashboard, Queue } from './use-monitoring.js';

/** What an operator should do something about, and where; nothing when all is well. */
export function Attention({
  providers,
  queue,
}: {
  readonly providers: Dashboard['providers'];
  readonly queue: Queue | undefined;
}) {
  const queueMatters = [
    ...(queue?.paused.map(({ provider }) => (provider === null ? text.pausedAll : text.pausedProvider(provider))) ??
      []),
    ...(queue && queue.dead_letters > 0 ? [text.deadLetters(formatNumber(queue.dead_letters))] : []),
  ];
  const providerMatters = providers.flatMap(({ provider, status, circuit_state }) => {
    if (status === 'disabled') return [];
    if (circuit_state === 'open') return [text.openCircuit(provider)];
    return status === 'down' ? [text.providerDown(provider)] : [];
  });
  if (queueMatters.length + providerMatters.length === 0) return null;
  return (
    <section className="rounded-card border border-warning bg-warning-soft p-4">
      <h2 className="flex items-center gap-2 text-warning">
        <TriangleAlert className="size-4.5" aria-hidden />
        {text.attention}
      </h2>
      <Matters matters={queueMatters} href="/admin/queue" to={text.toQueue} />
      <Matters matters={providerMatters} href="/admin/providers" to={text.toProviders} />
    </section>
  );
}

function Matters({
  matters,
  href,
  to,
}: {
  readonly matters: readonly string[];
  readonly href: string;
  readonly to: string;
}) {
  if (matters.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-1 text-sm">
      <ul className="space-y-1">
        {matters.map((matter) => (
          <li key={matter}>{matter}</li>
        ))}
      </ul>
      <Link href={href} className="font-medium underline underline-offset-2">
        {to}
      </Link>
    </div>
  );
}

// Rows of usage events and of the rollups that belong to them, made by SQL: as analytics would have stored them.

const chunk = 500_000;

/** 12 of 20 events are calls of endpoints, 5 plans, 1 each generations, costs and calls of providers; some errors. */
const payload = `
  case
    when kind < 12 then jsonb_build_object('route', '/api/v1/route-' || i % 40, 'method', 'GET',
      'status', case when i % 97 = 0 then 500 else 200 end, 'durationUs', 900 + (i * 7919) % 90000)
    when kind < 17 then jsonb_build_object('prompt', 'a lighthouse at dusk, number ' || i, 'workflow', 1 + i % 9,
      'confidence', 0.9, 'source', (array['local', 'cache', 'llm', 'fallback'])[1 + (i / 20) % 4], 'cacheHit', (i / 20) % 4 = 1,
      'classificationUs', 120 + i % 2000, 'totalUs', 1500, 'rollout', 'ai', 'estimatedCostMicros', 40000)
    when kind = 17 then jsonb_build_object('generationId', 'g-' || i / 40, 'change', case when (i / 20) % 2 = 0 then 1 else 3 end,
      'workflow', 1 + i % 9, 'modelId', 'model-' || i % 12, 'provider', 'provider-' || i % 3, 'images', (i / 20) % 2, 'durationMs', 9000)
    when kind = 18 then jsonb_build_object('kind', 'generation', 'provider', 'provider-' || i % 3, 'modelId', 'model-' || i % 12,
      'workflow', 1 + i % 9, 'amountMicros', 40000)
    when i % 100 = 19 then jsonb_build_object('code', 'SERVICE_UNAVAILABLE', 'message', 'Something is away.', 'path', '/a', 'status', 503)
    else jsonb_build_object('provider', 'provider-' || i % 3, 'modelId', 'model-' || i % 12, 'outcome', 'ok', 'durationMs', 9000)
  end`;
const type = `
  case when kind < 12 then 'endpoint_called' when kind < 17 then 'plan_completed' when kind = 17 then 'generation_changed'
    when kind = 18 then 'cost_recorded' when i % 100 = 19 then 'error_occurred' else 'provider_called' end`;

const number = (field) => `coalesce((payload ->> '${field}')::int8, 0)`;
const text = (field) => `coalesce(payload ->> '${field}', '')`;
const workflow = `'workflow-' || ${text('workflow')}`;
const when = (condition) => `case when ${condition} then 1 else 0 end`;

/** Each rollup as SQL over the rows: what it is about, its labels, its sums, and the duration of its histogram. */
const rollups = [
  {
    table: 'endpoint_analytics',
    types: ['endpoint_called'],
    grains: ['hour', 'epoch', 'minute'],
    minuteDays: 2,
    labels: { route: text('route'), method: text('method') },
    sums: { calls: '1', errors: when(`${number('status')} >= 400`), duration_us: number('durationUs') },
    durationUs: number('durationUs'),
  },
  {
    table: 'intent_analytics',
    types: ['plan_completed'],
    grains: ['hour', 'epoch', 'minute'],
    minuteDays: 8,
    labels: { workflow, source: text('source') },
    sums: {
      requests: '1',
      cache_hits: when(`payload ->> 'cacheHit' = 'true'`),
      fallbacks: when(`payload ->> 'source' = 'fallback'`),
      corrections: '0',
      errors: '0',
      confidence_ppm: '900000',
      classification_us: number('classificationUs'),
      total_us: number('totalUs'),
      ai: '1',
      ai_cost_micros: number('estimatedCostMicros'),
    },
    durationUs: number('classificationUs'),
  },
  {
    table: 'job_analytics',
    types: ['generation_changed'],
    grains: ['hour', 'epoch', 'minute'],
    minuteDays: 2,
    labels: { kind: `'generation'`, job_type: workflow },
    sums: {
      accepted: when(`${number('change')} = 1`),
      completed: when(`${number('change')} = 3`),
      failed: '0',
      cancelled: '0',
      images: number('images'),
      videos: '0',
      timed: when(`${number('change')} = 3`),
      duration_ms: `case when ${number('change')} = 3 then ${number('durationMs')} else 0 end`,
    },
    durationUs: `${number('durationMs')} * 1000`,
  },
  {
    table: 'provider_analytics',
    types: ['provider_called'],
    grains: ['hour', 'epoch', 'minute'],
    minuteDays: 8,
    labels: { provider: text('provider'), model_id: text('modelId'), outcome: text('outcome') },
    sums: { calls: '1', duration_ms: number('durationMs') },
    durationUs: `${number('durationMs')} * 1000`,
  },
  {
    table: 'cost_analytics',
    types: ['cost_recorded', 'generation_changed'],
    grains: ['day', 'hour', 'epoch', 'minute'],
    minuteDays: 2,
    labels: {
      user_id: 'user_id',
      provider: text('provider'),
      model_id: text('modelId'),
      workflow,
      kind: `'generation'`,
    },
    sums: {
      payments: when(`type = 'cost_recorded'`),
      amount_micros: number('amountMicros'),
      generations: when(`${number('change')} = 3`),
      successes: when(`${number('change')} = 3`),
    },
  },
];

/** Makes the events with the numbers from..to, spread evenly over the last days, and counts the rollups anew from all rows. */
export async function fillUsage(database, { from, to, days }) {
  await database.query('set synchronous_commit = off');
  await database.query(`set work_mem = '256MB'`);
  for (let start = from; start < to; start += chunk)
    await insertEvents(database, { start, end: Math.min(to, start + chunk), days });
  for (const rollup of rollups) await recount(database, rollup);
  await database.query('vacuum (analyze)');
}

async function insertEvents(database, { start, end, days }) {
  await database.query(
    `insert into analytics.usage_events
      (event_id, occurred_at, type, user_id, request_id, trace_id, service, service_version, payload)
    select (lpad(to_hex((extract(epoch from at) * 1000)::int8), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8'
        || substr(md5(i::text), 4, 15))::uuid,
      at, ${type}, 'user-' || (i * 7) % 500, 'r-' || i, '', 'gateway', '1', ${payload}
    from (
      select i, i % 20 as kind, now() - random() * make_interval(secs => $3) as at
      from generate_series($1::int8, $2::int8 - 1) as i
    ) as made`,
    [start, end, days * 86_400],
  );
}

async function recount(database, { table, types, grains, minuteDays, labels, sums, durationUs }) {
  const names = { labels: Object.keys(labels), sums: Object.keys(sums) };
  const bucket = durationUs
    ? `case when ${durationUs} <= 100 then 0 else least(96, ceil(log(2, ${durationUs} / 100.0) * 4))::int end`
    : '-1';
  await database.query(`truncate analytics.${table}`);
  await database.query(`
    create or replace aggregate pg_temp.add_up(int8[]) (sfunc = analytics.add_histograms, stype = int8[], initcond = '{}')`);
  const sumsOf = (of) => names.sums.map((name) => `sum(${of(name)})`).join(', ');
  for (const grain of grains) {
    if (grain === 'epoch') {
      await database.query(`
        insert into analytics.${table} (grain, period_start, ${[...names.labels, ...names.sums].join(', ')}, latency, last_at)
        select 'epoch', 'epoch', ${names.labels.join(', ')}, ${sumsOf((name) => name)}, pg_temp.add_up(latency), max(last_at)
        from analytics.${table} where grain = 'hour' group by ${names.labels.join(', ')}`);
      continue;
    }
    const period = `date_trunc('${grain}', occurred_at)`;
    const columns = names.labels.map((name) =>
      name === 'user_id' && grain !== 'day' ? `'' as user_id` : `${labels[name]} as ${name}`,
    );
    const recent = grain === 'minute' ? `and occurred_at > now() - interval '${minuteDays} days'` : '';
    const key = ['period_start', ...names.labels].join(', ');
    await database.query(`
      insert into analytics.${table} (grain, ${key}, ${names.sums.join(', ')}, latency, last_at)
      select '${grain}', ${key}, ${sumsOf((name) => name)},
        pg_temp.add_up(case when bucket < 0 then '{}' else array_fill(0::int8, array[bucket]) || n end), max(last_at)
      from (
        select ${period} as period_start, ${columns.join(', ')}, ${bucket} as bucket,
          ${names.sums.map((name) => `sum(${sums[name]})::int8 as ${name}`).join(', ')}, count(*) as n, max(occurred_at) as last_at
        from analytics.usage_events where type in (${types.map((one) => `'${one}'`).join(', ')}) ${recent}
        group by ${['1', ...names.labels.map((_, index) => index + 2), names.labels.length + 2].join(', ')}
      ) as buckets group by ${key} order by period_start`);
  }
}

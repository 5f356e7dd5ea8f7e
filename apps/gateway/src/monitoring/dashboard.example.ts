import type { Dashboard, RecentErrors } from './dashboard.schema.js';

export const errorExample: RecentErrors['errors'][number] = {
  at: '2026-11-21T10:00:00.000Z',
  service: 'gateway',
  code: 'SERVICE_UNAVAILABLE',
  message: 'A part of the system is not reachable at the moment.',
  request_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  path: '/api/v1/enhanced/process',
};

const group = { generations: 40, successes: 39, total_cost: 6.64, avg_cost: 0.166 };

export const dashboardExample: Dashboard = {
  system: {
    total_jobs: 43,
    jobs_completed: 40,
    jobs_failed: 1,
    jobs_pending: 1,
    jobs_cancelled: 1,
    avg_generation_time: 21.4,
    uptime_seconds: 3725.5,
  },
  usage: {
    total_images_generated: 40,
    total_videos_generated: 3,
    total_workflows_executed: 312,
    total_datasets_created: 0,
    total_training_jobs: 0,
    total_downloads: 0,
    total_cost: 6.64,
  },
  uptime_formatted: '1:02:05',
  recent_activity: [
    {
      type: 'image',
      status: 'completed',
      title: 'A red fox in the snow',
      at: '2026-11-21T09:59:58.000Z',
      id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
    },
  ],
  popular_presets: [{ id: 'cinematic', name: 'Cinematic', uses: 12 }],
  classification: {
    window: '24h',
    classifications: 312,
    cache_hits: 230,
    fallbacks: 2,
    errors: 1,
    corrections: 4,
    cache_hit_rate: 0.737,
    error_rate: 0.003,
    fallback_rate: 0.006,
    avg_confidence: 0.91,
    avg_processing_time_ms: 1.5,
    by_workflow: { image_generation: 312 },
    by_source: { cache: 230, local: 82 },
    accuracy: 0.97,
    feedback_count: 34,
    accuracy_by_workflow: { image_generation: { accuracy: 0.97, feedback_count: 34 } },
    accuracy_by_source: { local: { accuracy: 0.97, feedback_count: 34 } },
    confusions: [],
    avg_rating: 4.6,
    rating_count: 20,
  },
  costs: {
    total_cost: 6.64,
    today_cost: 1.2,
    by_provider: [{ key: 'replicate', ...group }],
    by_workflow: [{ key: 'image_generation', ...group }],
    by_model: [{ key: 'black-forest-labs/flux-1.1-pro', ...group }],
  },
  providers: [
    {
      provider: 'replicate',
      status: 'up',
      circuit_state: 'closed',
      calls: 42,
      failures: 1,
      error_rate: 0.024,
      avg_response_time: 8_200,
      p95_response_time: 15_100,
    },
  ],
  targets: {
    success: [{ name: 'cache_hit_rate', target: 0.7, direction: 'above', value: 0.737, met: true }],
    business: [{ name: 'rating', target: 4.5, direction: 'above', value: 4.6, met: true }],
  },
  reset_at: null,
  timestamp: '2026-11-21T10:00:00.000Z',
};

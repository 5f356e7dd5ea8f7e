import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from './problem.js';

/** Refusals are answers: only a server that is away or overloaded is asked again, twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) =>
          failures < 2 &&
          error instanceof ProblemError &&
          (error.problem.status === 503 || error.problem.status === 504),
      },
      mutations: { retry: false },
    },
  });
}

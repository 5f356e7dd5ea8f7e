import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type CreateGeneration,
  type Generation,
  postV1Generations,
  postV1GenerationsIdCancel,
  postV1GenerationsIdRefine,
  postV1GenerationsIdRetry,
  type RefineGeneration,
} from '../api/gen/api.js';
import { randomId } from '../api/random-id.js';
import { forgetLists, generationKey } from './use-generation.js';

/** What can be done with a generation. New ones are told to `onStarted`. */
export function useGenerationActs(generation: Generation, onStarted?: (started: Generation) => void) {
  const queries = useQueryClient();
  const started = (next: Generation) => {
    queries.setQueryData(generationKey(next.id), next);
    void forgetLists(queries);
    onStarted?.(next);
  };
  const idempotencyKey = () => ({ idempotencyKey: randomId() });
  return {
    cancel: useMutation({
      mutationFn: () => postV1GenerationsIdCancel(generation.id),
      onSuccess: (next) => queries.setQueryData(generationKey(next.id), next),
      // It may have ended by itself in between: show how.
      onError: () => queries.invalidateQueries({ queryKey: generationKey(generation.id) }),
    }),
    retry: useMutation({
      mutationFn: () => postV1GenerationsIdRetry(generation.id, idempotencyKey()),
      onSuccess: started,
    }),
    refine: useMutation({
      mutationFn: (change: RefineGeneration) => postV1GenerationsIdRefine(generation.id, change, idempotencyKey()),
      onSuccess: started,
    }),
    start: useMutation({
      mutationFn: (wish: CreateGeneration) => postV1Generations(wish, idempotencyKey()),
      onSuccess: started,
    }),
  };
}

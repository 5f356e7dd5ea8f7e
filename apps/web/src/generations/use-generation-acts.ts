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
import { usePurchaseKeys } from '../api/purchase-keys.js';
import { forgetLists, generationKey } from './use-generation.js';

/** What can be done with a generation. New ones are told to `onStarted`. */
export function useGenerationActs(generation: Generation, onStarted?: (started: Generation) => void) {
  const queries = useQueryClient();
  const started = (next: Generation) => {
    queries.setQueryData(generationKey(next.id), next);
    // The answer to a submission does not name what it started from.
    void queries.invalidateQueries({ queryKey: generationKey(next.id) });
    void forgetLists(queries);
    onStarted?.(next);
  };
  const purchases = usePurchaseKeys();
  // A server that is away is said at once; what was started is never sent later, unseen.
  const purchase = { networkMode: 'always', onSuccess: started } as const;
  return {
    cancel: useMutation({
      mutationFn: () => postV1GenerationsIdCancel(generation.id),
      onSuccess: (next) => queries.setQueryData(generationKey(next.id), next),
      // It may have ended by itself in between: show how.
      onError: () => queries.invalidateQueries({ queryKey: generationKey(generation.id) }),
    }),
    retry: useMutation({
      ...purchase,
      mutationFn: () =>
        purchases.send(['retry', generation.id], (options) => postV1GenerationsIdRetry(generation.id, options)),
    }),
    refine: useMutation({
      ...purchase,
      mutationFn: (change: RefineGeneration) =>
        purchases.send(['refine', generation.id, change], (options) =>
          postV1GenerationsIdRefine(generation.id, change, options),
        ),
    }),
    start: useMutation({
      ...purchase,
      mutationFn: (wish: CreateGeneration) =>
        purchases.send(['start', wish], (options) => postV1Generations(wish, options)),
    }),
  };
}

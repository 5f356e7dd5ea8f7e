import { setTimeout as pause } from 'node:timers/promises';

/** What the gateway answered, each answer once. */
export interface Answered {
  /** To requests for a plan, whatever their status. */
  readonly calls: number;
  /** Plans among them. */
  readonly plans: number;
  /** Generations that were accepted. */
  readonly generations: number;
}

export interface Use {
  /** Lets what is under way end. */
  stop(): Promise<Answered>;
}

const clients = 4;
const between = { plans: 5, generations: 400 };

/** Clients that plan all the time, and one that generates. */
export function startUse(gatewayUrl: string, key: string): Use {
  const answered = { calls: 0, plans: 0, generations: 0 };
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  let number = 0;
  const stopping = new AbortController();
  const post = (path: string, body: object): Promise<Response> =>
    fetch(gatewayUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const plan = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      number += 1;
      const answer = await post('/api/v1/enhanced/process', { prompt: `a lighthouse at dusk, number ${number}` });
      await answer.arrayBuffer();
      answered.calls += 1;
      if (answer.status === 200) answered.plans += 1;
      await pause(between.plans);
    }
  };
  const generate = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const body = {
        prompt: 'a red boat',
        model_id: 'black-forest-labs/flux-schnell',
        workflow_type: 'image_generation',
      };
      const answer = await post('/api/v1/generations', body);
      await answer.arrayBuffer();
      if (answer.status === 202) answered.generations += 1;
      await pause(between.generations);
    }
  };
  const all = Promise.all([...Array.from({ length: clients }, plan), generate()]);
  // Told when it is asked for; nobody else has to hear of it.
  all.catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await all;
      return answered;
    },
  };
}

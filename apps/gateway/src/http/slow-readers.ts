import { counter } from '@atelier/service-defaults';

/** Clients that were cut off because they did not take what they had asked for. */
export const slowReaders = counter({
  name: 'atelier_gateway_slow_readers_total',
  help: 'Streams that were ended because their reader took nothing any more',
  labelNames: ['stream'],
});

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getV1AdminProviders } from '../../api/gen/api.js';
import { Loaded } from '../../ui/states.js';
import { CircuitBreakers } from './circuit-breakers.js';
import { ProviderCard } from './provider-card.js';

const queryKey = ['admin', 'providers'];

export function ProvidersSection() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => getV1AdminProviders({ signal }),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    await client.invalidateQueries({ queryKey });
    await client.invalidateQueries({ queryKey: ['providers'] });
  };
  return (
    <div className="space-y-5">
      <Loaded query={query}>
        {({ items }) => (
          <div className="grid gap-5 md:grid-cols-2 xl:grid-cols-3">
            {items.map((provider) => (
              <ProviderCard key={provider.provider} provider={provider} onChanged={changed} />
            ))}
          </div>
        )}
      </Loaded>
      <CircuitBreakers />
    </div>
  );
}

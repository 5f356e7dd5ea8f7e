import { useQuery } from '@tanstack/react-query';
import { getV1AdminAlertsChannels } from '../../api/gen/api.js';
import { Switch } from '../../ui/switch.js';

/** The alert channels. */
export function useAlertChannels() {
  return useQuery({
    queryKey: ['admin', 'alerts', 'channels'],
    queryFn: ({ signal }) => getV1AdminAlertsChannels({ signal }),
  });
}

/** Some channels, or every one there is. */
export function ChannelChoice({
  label,
  everyone,
  value,
  onChange,
}: {
  readonly label: string;
  readonly everyone: string;
  readonly value: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}) {
  const { data } = useAlertChannels();
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div>
        <Switch
          label={everyone}
          checked={value.length === 0}
          disabled={value.length === 0}
          onChange={() => onChange([])}
        />
      </div>
      {data?.items.map(({ id, name }) => (
        <div key={id}>
          <Switch
            label={name}
            checked={value.includes(id)}
            onChange={(on) => onChange(on ? [...value, id] : value.filter((other) => other !== id))}
          />
        </div>
      ))}
    </fieldset>
  );
}

import { useEffect, useState } from 'react';

/** A value that is the latest one as soon as it has rested for some time; typing in between asks nobody. */
export function useDebounced<Value>(value: Value, restMs = 300): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}

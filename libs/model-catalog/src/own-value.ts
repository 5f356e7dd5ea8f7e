/** The value of a key that the record itself has; keys come from callers, so `toString` must find nothing. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string | undefined): Value | undefined {
  return key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

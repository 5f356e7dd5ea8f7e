/** A table of events that is cut into months by the time in the event's id. */
export interface PartitionedTable {
  readonly table: string;
  /** When the event happened: mostly, not always, in the month of its id. */
  readonly timeColumn: string;
}

/** In the order in which events are written to them: who locks more than one keeps to it. */
export const partitionedTables: readonly PartitionedTable[] = [
  { table: 'usage_events', timeColumn: 'occurred_at' },
  { table: 'intent_classification_logs', timeColumn: 'created_at' },
];

/** What stands where an id belongs to no month that there is: other UUIDs than version 7, and clocks that are wrong. */
export const otherPartition = (table: string): string => `${table}_other`;

import { counter } from '@atelier/service-defaults';

const selections = counter({ name: 'atelier_selections_total', help: 'Models that were chosen', labelNames: [] });
const dollars = counter({
  name: 'atelier_selected_dollars_total',
  help: 'Dollars that the chosen models were estimated to cost: what a version is judged by',
  labelNames: [],
});

/** Counts a choice and what it is estimated to cost. */
export function countSelection(costMicros: number): void {
  selections.inc();
  dollars.inc(costMicros / 1_000_000);
}

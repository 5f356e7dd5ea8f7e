import { parser } from '@prometheus-io/lezer-promql';

/** What an expression asks for. */
export interface PromQlUse {
  /** Text that is no PromQL. */
  readonly errors: readonly string[];
  /** Each selected metric and the labels that it is filtered by. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** Labels of `by` and `without`. */
  readonly grouping: readonly string[];
}

/** Reads an expression; Grafana's own variables stand for durations. */
export function readPromQl(expression: string): PromQlUse {
  const text = expression.replace(/\$__(rate_)?interval/g, '5m');
  const errors: string[] = [];
  const selectors: { metric: string; labels: string[] }[] = [];
  const grouping: string[] = [];
  parser.parse(text).iterate({
    enter: (node) => {
      const said = text.slice(node.from, node.to);
      if (node.type.isError) errors.push(`${text} at ${node.from}`);
      if (node.name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
      const selector = selectors.at(-1);
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector' && selector) selector.metric = said;
      if (node.name === 'LabelName') {
        if (node.node.parent?.name === 'GroupingLabels') grouping.push(said);
        else selector?.labels.push(said);
      }
    },
  });
  return { errors, selectors, grouping };
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a free `WIDTHxHEIGHT` must satisfy. */
export interface SizeLimits {
  /** Both edges are multiples of this. */
  readonly step: number;
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly maxEdge: number;
  /** Long edge by short edge. */
  readonly maxRatio: number;
}

/** The size within the limits that is nearest in shape, then in area. */
export function fitSize(wanted: Size, limits: SizeLimits): Size {
  const landscape = wanted.width >= wanted.height;
  const ratio = Math.min(limits.maxRatio, landscape ? wanted.width / wanted.height : wanted.height / wanted.width);
  const area = Math.min(limits.maxPixels, Math.max(limits.minPixels, wanted.width * wanted.height));
  const ideal = Math.min(limits.maxEdge, Math.sqrt(area * ratio));
  const round = (edge: number) => Math.max(limits.step, Math.round(edge / limits.step) * limits.step);
  let long = round(ideal);
  let short = Math.min(long, round(ideal / ratio));
  // Rounding may step over a limit by one step; step back the way that keeps the others.
  while (long * short > limits.maxPixels) {
    if (long > short) long -= limits.step;
    else short -= limits.step;
  }
  while (long > short * limits.maxRatio || long * short < limits.minPixels) {
    if (short < long) short += limits.step;
    else long += limits.step;
  }
  return landscape ? { width: long, height: short } : { width: short, height: long };
}

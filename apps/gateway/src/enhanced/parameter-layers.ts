import type { GenerationParameters } from '../http/generation-parameters.js';

/** Where parameters of one generation come from. Whatever no layer names is the model's default. */
export interface ParameterLayers {
  /** What the request says itself: orders, and what it only passes on (parameters spread from a preset). */
  readonly request: {
    readonly explicit?: GenerationParameters | undefined;
    readonly soft?: GenerationParameters | undefined;
  };
  /** What the preset of the request says. */
  readonly preset?: GenerationParameters | undefined;
  /** What the caller prefers: preferences sent with the request over stored ones. */
  readonly preferences?: GenerationParameters | undefined;
  /** What goes with the workflow; nobody asked for it, so it only stands in for the model's defaults. */
  readonly workflow?: GenerationParameters | undefined;
}

/** Parameters as selection takes them; absent where there are none. */
export interface MergedParameters {
  /** Honoured, approximated with a warning, or refused; wins over what is soft. */
  readonly explicit: GenerationParameters | undefined;
  /** Dropped with a warning where a model can't honour it. */
  readonly soft: GenerationParameters | undefined;
}

/** Puts the layers together: request over preset over preferences over defaults, one parameter at a time (docs/presets.md). */
export function mergeParameters({ request, preset, preferences, workflow }: ParameterLayers): MergedParameters {
  const soft = [request.soft, preset, preferences, workflow].reduceRight<GenerationParameters>(
    (lower, upper) => layOver(upper, lower),
    {},
  );
  return { explicit: request.explicit, soft: Object.keys(soft).length > 0 ? soft : undefined };
}

/** Width, height and aspect ratio describe one thing. */
const shape = ['width', 'height', 'aspect_ratio'] as const;

/**
 * One layer over another. A shape is taken whole: a size below would otherwise beat the aspect ratio above it, since a
 * size says more.
 */
export function layOver(
  upper: GenerationParameters | undefined,
  lower: GenerationParameters | undefined,
): GenerationParameters {
  const said = given(upper);
  if (!shape.some((name) => said[name] !== undefined)) return { ...given(lower), ...said };
  const { width: _width, height: _height, aspect_ratio: _ratio, ...rest } = given(lower);
  return { ...rest, ...said };
}

/** Only what is set: an undefined value must not hide what lies below it. */
function given(parameters: GenerationParameters | undefined): GenerationParameters {
  return Object.fromEntries(Object.entries(parameters ?? {}).filter(([, value]) => value !== undefined));
}

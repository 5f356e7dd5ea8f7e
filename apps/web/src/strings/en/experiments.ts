const metrics: Readonly<Record<string, string>> = {
  accuracy: 'Right by feedback',
  rating: 'Rating',
  success_rate: 'Generations that succeeded',
  regenerations: 'Regenerations',
  cost_per_generation: 'Cost of a generation',
};
const variants: Readonly<Record<string, string>> = { classic: 'Classic', ai: 'AI', a: 'Version A', b: 'Version B' };

export const experimentsStrings = {
  title: 'Experiments',
  description: 'Give some users one way and the others another, and see which does better.',
  new: 'New experiment',
  noneTitle: 'No experiments yet',
  none: 'An experiment gives AI classification to a share of the users and classic keywords to the others, and compares what comes of it.',
  more: 'Show older ones',

  formTitle: 'New experiment',
  formHint: 'It compares AI classification with classic keywords. It is a draft until you start it.',
  name: 'Name',
  nameMissing: 'Give it a name, so that others know what it is about.',
  hypothesis: 'Hypothesis',
  hypothesisHint: 'What you expect, said before the results can be seen. Optional.',
  share: 'Users who get AI',
  shareHint: (ai: string, classic: string) =>
    `${ai} get AI, ${classic} get classic keywords. Each user always gets the same.`,
  create: 'Make the draft',
  created: (name: string) => `“${name}” is a draft. Start it when you are ready.`,

  status: { draft: 'Draft', running: 'Running', stopped: 'Stopped' },
  shares: (ai: string, classic: string) => `${ai} AI, ${classic} classic`,
  made: 'Made',
  started: 'Started',
  stopped: 'Stopped',
  start: 'Start',
  stop: 'Stop',
  stopTitle: (name: string) => `Stop “${name}”?`,
  stopDetail:
    'Users get what the rollout gives them again. What happens later counts no more, the results stay. A stopped experiment can’t be started again.',
  stopConfirm: 'Stop the experiment',
  startedNow: (name: string) => `“${name}” runs. Every server assigns users within five seconds.`,
  draftResults: 'Results show here once it has started.',

  results: 'Results',
  resultsHint: (control: string) =>
    `Compared with ${control}. Bars are 95% intervals that stay valid however often you look.`,
  nobody: 'Nobody took part yet.',
  variantsHeading: 'Users by variant',
  variant: (name: string) => variants[name] ?? name,
  users: (count: string) => `${count} users`,
  metric: (name: string) => metrics[name] ?? name,
  lessIsBetter: 'less is better',
  verdict: { better: 'Better', worse: 'Worse', undecided: 'Undecided', too_few: 'Too few cases' },
  tooFew: 'Too few to say anything yet: it takes at least 100 users of each variant.',
  from: (variant: string, value: string, cases: string) => `${variant} ${value} (${cases} cases)`,
  noValue: '–',
  between: (low: string, high: string) => `${low} to ${high}`,
  pValue: (value: string) => `p ${value}`,
  uneven:
    'Users were not shared out as wanted. Don’t trust these results: something keeps users of one variant from being counted.',
  crossed: (count: string) => `${count} users saw several variants; they count nowhere.`,

  exposedTitle: 'What else users were exposed to',
  exposedHint: 'Experiments about presets are started on the preset itself; their results show here.',
  exposedNone: 'No other experiment has had users.',
  presetExperiment: 'Preset experiment',
  seen: (first: string, last: string) => `${first} – ${last}`,
  control: 'Compare with',
  showResults: 'Results',
};

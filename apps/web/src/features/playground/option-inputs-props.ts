import type { JobOptions, JobType } from './job-options.js';

/** The inputs of one type of job. */
export interface OptionInputsProps<Type extends JobType> {
  readonly options: JobOptions[Type];
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (changes: Partial<JobOptions[Type]>) => void;
}

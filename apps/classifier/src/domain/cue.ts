/** Whether a cue is asked for, ruled out ("no music") or to be left as it is ("keep the hair"). */
export type Modality = 'wanted' | 'refused' | 'kept';

/** One lexicon term found in a prompt, by token positions (end exclusive). */
export interface Cue {
  tag: string;
  tagIndex: number;
  modality: Modality;
  from: number;
  to: number;
}

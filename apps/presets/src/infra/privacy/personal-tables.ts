import { inColumn, type PersonalTable, through } from '@atelier/privacy';
import { eraseSessions } from './erase-sessions.js';

const ofPreset = through('preset_id', 'presets.presets', 'preset_id', 'owner_id');
const ofOwnPreset = through('own_preset_id', 'presets.presets', 'preset_id', 'owner_id');

/** What the schema holds about users, in the order in which it is erased. A table that is missing here fails a test. */
export const personalTables: readonly PersonalTable[] = [
  {
    table: 'presets.preset_versions',
    kind: 'preset_versions',
    rowsOf: ofPreset,
    key: ['preset_id', 'version'],
    erase: 'follows',
  },
  {
    table: 'presets.preset_shares',
    kind: 'preset_shares',
    rowsOf: ofPreset,
    key: ['preset_id'],
    withheld: ['token'],
    erase: 'follows',
  },
  {
    table: 'presets.preset_use_days',
    kind: 'preset_uses',
    rowsOf: ofOwnPreset,
    key: ['preset_id', 'day'],
    exported: false,
    erase: 'follows',
  },
  {
    table: 'presets.preset_experiments',
    kind: 'preset_experiments',
    rowsOf: ofOwnPreset,
    key: ['experiment_id'],
    erase: 'follows',
  },
  { table: 'presets.presets', kind: 'presets', rowsOf: inColumn('owner_id'), key: ['preset_id'] },
  {
    table: 'presets.user_references',
    kind: 'references',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'tag_key'],
  },
  {
    table: 'presets.session_entries',
    kind: 'session_entries',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'session_id', 'generation_id'],
    erase: eraseSessions('presets.session_entries'),
  },
  {
    table: 'presets.sessions',
    kind: 'sessions',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'session_id'],
    erase: eraseSessions('presets.sessions'),
  },
  { table: 'presets.preferences', kind: 'preferences', rowsOf: inColumn('owner_id'), key: ['owner_id'] },
  {
    table: 'presets.past_prompts',
    kind: 'past_prompts',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'sameness_hash'],
    withheld: ['sameness_hash'],
  },
  {
    table: 'presets.prompt_histories',
    kind: 'prompt_histories',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id'],
  },
];

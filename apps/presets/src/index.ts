export { presetsConfig } from './presets.config.js';
export { presetsErrors } from './presets.errors.js';
export { startPresets, type PresetsStart } from './start-presets.js';

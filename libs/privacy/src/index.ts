export { changeRows, deleteRows, inChunks } from './erase-rows.js';
export {
  PersonalData,
  type Erased,
  type Erasure,
  type ErasureRequest,
  type PersonalFile,
  type PersonalItem,
  type PersonalRecord,
} from './personal-data.js';
export { inColumn, through, type EraseRows, type PersonalTable } from './personal-table.js';
export { exportRows } from './export-rows.js';
export { PrivacyController } from './privacy.controller.js';
export { privacyErrors } from './privacy.errors.js';
export { isPseudonym, newPseudonym } from './pseudonym.js';
export { SqlPersonalData, type ErasureSteps } from './sql-personal-data.js';

export { canonicalCodes, codeName, httpStatusOf, type CanonicalCode } from './canonical-code.js';
export { defineErrors, type ErrorCatalogue, type ErrorDefinition } from './error-catalogue.js';
export { ServiceError, type FieldViolation, type ModelAlternative, type ServiceErrorDetails } from './service-error.js';
export { decodeStatus, encodeStatus } from './status-codec.js';

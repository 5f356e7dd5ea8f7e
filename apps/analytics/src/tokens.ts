/** Injection tokens of what has no class of its own. */
export const statsStoreToken = Symbol('StatsStore');
export const monitoringStoreToken = Symbol('MonitoringStore');
/** `() => Date`. */
export const clockToken = Symbol('clock');
/** The service's logger. */
export const loggerToken = Symbol('Logger');

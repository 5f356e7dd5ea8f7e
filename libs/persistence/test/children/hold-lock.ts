/** Locks the directory given, says so, and stays. */
import { lockDataDirectory } from '../../src/index.js';

lockDataDirectory(process.argv[2] ?? '');
console.log('locked');
setInterval(() => {}, 1_000_000);

/*
 * Jest knows which test runs by an AsyncLocalStorage for each file, which stays enabled at the end of the file. Before Node.js 24,
 * every promise costs more with each of them: the last files of a worker took up to five times as long. So each file disables
 * those of the files before it.
 */

const { AsyncLocalStorage } = require('node:async_hooks');

// unlike all other modules, those of Node.js itself are the same in all files.
const ENABLED = Symbol.for('enabled by a test file');

if (!AsyncLocalStorage[ENABLED]) {
  AsyncLocalStorage[ENABLED] = new Set();
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (...args) {
    AsyncLocalStorage[ENABLED].add(this);
    return run.apply(this, args);
  };
}

for (const storage of AsyncLocalStorage[ENABLED]) storage.disable();
AsyncLocalStorage[ENABLED].clear();

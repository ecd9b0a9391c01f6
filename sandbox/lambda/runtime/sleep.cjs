'use strict';

/*
 * The promised setTimeout of timers/promises sleeps on sandbox time. The process asks the sandbox to let time pass up to the end of
 * its next sleep, but only when it does nothing else: a request under way and code that is ready to run take no sandbox time,
 * so a sleep never overtakes them.
 */

const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');
const runtimeApi = require('./runtime-api.cjs');

const sleepers = new Set();
/** Requests without an end yet: the code's, this one's, and the runtime's own for the next invocation. */
let underWay = 0;

const wake = () => {
  for (const sleeper of sleepers) if (sleeper.due <= Date.now()) sleeper.wake();
};

const pass = () => setImmediate(() => setImmediate(() => {
  if (underWay > 0 || sleepers.size === 0) return;
  const due = Math.min(...[...sleepers].map(sleeper => sleeper.due));
  void runtimeApi.call('POST', '/sandbox/sleep', String(due - Date.now())).then(wake);
}));

const { addRequest } = http.Agent.prototype;
http.Agent.prototype.addRequest = function (request, ...rest) {
  underWay++;
  request.once('close', () => {
    underWay--;
    pass();
  });
  return addRequest.call(this, request, ...rest);
};

timers.setTimeout = (delay, value, { signal } = {}) => new Promise((resolve, reject) => {
  const abort = () => {
    end();
    reject(Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' }));
  };
  const end = () => {
    sleepers.delete(sleeper);
    signal?.removeEventListener('abort', abort);
  };
  const sleeper = {
    // as the original: a delay that makes no sense is a millisecond.
    due: Date.now() + (delay >= 1 ? Math.ceil(delay) : 1),
    wake: () => {
      end();
      resolve(value);
    },
  };
  if (signal?.aborted) return abort();
  signal?.addEventListener('abort', abort);
  sleepers.add(sleeper);
  pass();
});
syncBuiltinESMExports();

exports.reset = () => sleepers.clear();

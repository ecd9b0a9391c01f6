'use strict';

/*
 * The setTimeout of timers/promises sleeps in sandbox time. The process asks the sandbox to let time pass until the end of its
 * next sleep, but only if it does nothing else: pending requests and code that is ready to run take no sandbox time, so a
 * sleep never ends before them.
 */

const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');
const runtimeApi = require('./runtime-api.cjs');

const sleepers = new Set();
/** Pending requests: those of the code, that of this module, and that of the runtime for the next invocation. */
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
    // like the original: an invalid delay counts as one millisecond.
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

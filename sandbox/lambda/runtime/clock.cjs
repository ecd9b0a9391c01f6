'use strict';

/*
 * Shows the sandbox's time to the code of a function: Date.now() and new Date() are `ahead` of real time.
 * Callback timers use real time, and so does the backoff of an SDK. For the sleep of timers/promises see sleep.cjs.
 */

const { subscribe } = require('node:diagnostics_channel');

const RealDate = Date;
const realNow = RealDate.now;
let ahead = 0;

const now = () => realNow() + ahead;

RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
});
RealDate.prototype.constructor = globalThis.Date;

// every response of the sandbox contains the time, which is set before the code reads the response. Responses may arrive out of order, but time never goes back.
subscribe('http.client.response.finish', ({ response }) => {
  ahead = Math.max(ahead, Number(response.headers['sandbox-clock-ahead-ms'] ?? 0));
});

exports.reset = () => { ahead = 0; };

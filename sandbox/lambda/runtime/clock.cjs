'use strict';

/*
 * Shows the sandbox's time to the code of a function: Date.now() and new Date() are `ahead` of real time.
 * Callback timers stay in real time, so an SDK's back-off costs what it costs; for the sleep of timers/promises see sleep.cjs.
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

// every answer of the sandbox tells the time, before anybody reads it. Answers may overtake each other; time only goes on.
subscribe('http.client.response.finish', ({ response }) => {
  ahead = Math.max(ahead, Number(response.headers['sandbox-clock-ahead-ms'] ?? 0));
});

exports.reset = () => { ahead = 0; };

'use strict';

/*
 * Shows the sandbox's time to the code of a function: Date.now() and new Date() are `ahead` of real time.
 * Timers stay in real time, so an SDK's back-off costs what it costs.
 */

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

exports.setAhead = milliseconds => { ahead = milliseconds; };

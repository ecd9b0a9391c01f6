'use strict';

/*
 * A small Lambda runtime for Node.js: loads the handler, then asks the Runtime API for one invocation after the other. When the
 * Runtime API is gone, it waits for the sandbox to send another program (see process.ts).
 * Supports CommonJS modules only; anything else fails with an error that says so.
 * The responses follow [cited] aws-lambda-nodejs-runtime-interface-client (UserFunction.js, Errors.js, index.mjs).
 */

const { existsSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const clock = require('./clock.cjs');
const log = require('./console.cjs');
const modules = require('./modules.cjs');
const network = require('./network.cjs');
const runtimeApi = require('./runtime-api.cjs');
const sleep = require('./sleep.cjs');

/** The current invocation, if any. */
let current;

const call = (method, path, body) => runtimeApi.call(method, `/2018-06-01/runtime${path}`, body);

const toError = value => value instanceof Error ? value : new Error(value);

const errorDocument = value => JSON.stringify(value instanceof Error
  ? { errorType: value.name, errorMessage: value.message, trace: value.stack.split('\n') }
  : { errorType: typeof value, errorMessage: String(value), trace: [] });

const runtimeError = (name, value) => Object.assign(new Error(value), { name: `Runtime.${name}` });

const post = (path, body) => call('POST', current ? `/invocation/${current}${path}` : `/init${path}`, body);

const die = async (title, error, exitCode) => {
  log.logError(title, toError(error));
  // also when the sandbox is gone: otherwise the process would never end.
  await post('/error', errorDocument(error)).finally(() => process.exit(exitCode));
};

process.on('uncaughtException', error => die('Uncaught Exception', error, 129));
process.on('unhandledRejection', reason => die('Unhandled Promise Rejection', runtimeError('UnhandledPromiseRejection', reason), 128));

const load = () => {
  const handler = process.env._HANDLER;
  const name = basename(handler);
  const dot = name.indexOf('.');
  if (dot < 0 || handler.includes('..')) throw runtimeError('MalformedHandlerName', 'Bad handler');

  const path = join(process.env.LAMBDA_TASK_ROOT, dirname(handler), name.slice(0, dot));
  if (existsSync(`${path}.mjs`)) throw new Error(`the sandbox runs CommonJS modules only, not ${path}.mjs`);
  let found;
  try {
    found = require(existsSync(`${path}.cjs`) ? `${path}.cjs` : path);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', error);
    const [, missing] = /^Cannot find module '(@aws-sdk\/[^']*)'/.exec(error.message) ?? [];
    if (missing) throw new Error(`the sandbox does not have ${missing}, unlike the runtime of AWS: bundle it with the function`);
    if (error.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', error);
    throw error;
  }
  for (const key of name.slice(dot + 1).split('.')) found = found?.[key];
  if (!found) throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${handler} is not a function`);
  return found;
};

const contextOf = headers => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
  awsRequestId: current,
  getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
});

/**
 * The result of an async handler, or of one that calls back. [cited] Lambda Developer Guide, "Define Lambda function
 * handler in Node.js": callbacks work up to nodejs22.x; a handler that neither returns a promise nor calls back ends with
 * null when nothing is pending.
 */
const run = async (handler, event, context) => {
  const result = await new Promise((resolve, reject) => {
    const done = (error, value) => error === undefined || error === null ? resolve(value) : reject(error);
    const hasCallbacks = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1] ?? 0) < 24;
    const callbacks = hasCallbacks ? { done, succeed: resolve, fail: reject } : {};
    if (!hasCallbacks && handler.length > 2) {
      throw runtimeError('CallbackHandlerDeprecated', `${process.env._HANDLER} is a handler with a callback`);
    }
    const returned = handler(event, { ...context, ...callbacks }, hasCallbacks ? done : undefined);
    if (typeof returned?.then === 'function') return returned.then(resolve, reject);
    process.removeAllListeners('beforeExit').once('beforeExit', () => resolve(null));
  });
  return JSON.stringify(result) ?? 'null';
};

const main = async () => {
  const handler = load();
  for (;;) {
    current = undefined;
    const next = await call('GET', '/invocation/next').catch(() => undefined);
    if (!next) return;
    const { headers, body } = next;
    current = headers['lambda-runtime-aws-request-id'];
    log.setRequestId(current);
    let answer;
    try {
      answer = ['/response', await run(handler, JSON.parse(body), contextOf(headers))];
    } catch (error) {
      log.logError('Invoke Error', toError(error));
      answer = ['/error', errorDocument(error)];
    }
    await post(...answer);
  }
};

const start = () => {
  log.patch();
  // only while nothing else is pending: the process ends if the code waits for nothing.
  process.channel.unref();
  main().then(() => process.channel.ref(), error => die('Uncaught Exception', error, 1));
};

process.on('message', ({ codeDirectory, variables }) => {
  modules.forget();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
  process.chdir(codeDirectory);
  for (const part of [clock, sleep, network, modules, runtimeApi]) part.reset();
  start();
});
process.on('disconnect', () => process.exit());
start();

'use strict';

/* console.* as the managed Node.js runtime writes it. [cited] aws-lambda-nodejs-runtime-interface-client, LogPatch.js */

const { format } = require('node:util');

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

let requestId;

const describe = error => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
});

const replaceErrors = (_, value) => value instanceof Error ? { ...describe(value), ...value } : value;

const jsonLine = (timestamp, level, params) => {
  const line = { timestamp, level, requestId };
  if (params.length === 1) {
    try {
      return JSON.stringify({ ...line, message: params[0] }, replaceErrors);
    } catch {
      // a circular object is logged as text.
      return JSON.stringify({ ...line, message: format(params[0]) });
    }
  }
  const error = params.find(param => param instanceof Error);
  return JSON.stringify({ ...line, message: format(...params), ...error && describe(error) });
};

const textLine = (timestamp, level, params) => `${timestamp}\t${requestId}\t${level}\t${format(...params)}`.replaceAll('\n', '\r');

/** Replaces the methods of the global console. Those below the log level print nothing. */
exports.patch = () => {
  const toLine = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON' ? jsonLine : textLine;
  const lowest = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL));
  for (const [priority, level] of LEVELS.entries()) {
    const log = (...params) => { process.stdout.write(`${toLine(new Date().toISOString(), level, params)}\n`); };
    console[level.toLowerCase()] = priority >= lowest ? log : () => {};
  }
  console.log = console.info;
};

exports.setRequestId = id => { requestId = id; };

const asText = error => `\t${JSON.stringify({
  errorType: error.name, errorMessage: error.message, code: error.code, ...error, stack: error.stack?.split('\n'),
})}`;

/** What the runtime logs about an uncaught error. */
exports.logError = (title, error) => {
  if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') console.error(error);
  else console.error(title, asText(error));
};

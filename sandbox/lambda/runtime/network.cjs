'use strict';

/*
 * Restricts the process of a function to the loopback interface. Any other connection fails, as it is a bug in the sandbox or the
 * code under test. Port 443 of localhost is the target of CloudFormation's response URLs (see response-endpoint.ts).
 */

const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

let httpsPort;

const isLoopback = host => host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));

const refuse = target => {
  const error = new Error(`the sandbox refuses a connection to ${target}: nothing leaves 127.0.0.1`);
  process.stderr.write(`${error.stack}\n`);
  throw Object.assign(error, { code: 'ESANDBOX' });
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // connect(options), connect(port, host), connect(path), or the normalized arguments of net.connect().
  const [options] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  if (!options.path) {
    if (!isLoopback(options.host ?? 'localhost')) refuse(`${options.host}:${options.port}`);
    if (Number(options.port) === 443 && httpsPort) {
      const redirected = { ...options, port: httpsPort };
      if (Array.isArray(args[0])) args[0][0] = redirected;
      else if (typeof args[0] === 'object') args[0] = redirected;
      else args[0] = httpsPort;
    }
  }
  return connect.apply(this, args);
};

const guard = (owner, name) => {
  const original = owner[name];
  owner[name] = function (host, ...rest) {
    if (host && !isLoopback(host)) refuse(host);
    return original.call(this, host, ...rest);
  };
};
for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  Object.keys(Object.getOwnPropertyDescriptors(owner)).filter(name => /^(lookup|resolve|reverse)/.test(name)).forEach(name => guard(owner, name));
}
dgram.createSocket = () => refuse('a UDP peer');

exports.reset = () => {
  httpsPort = Number(process.env.SANDBOX_HTTPS_PORT);
  delete process.env.SANDBOX_HTTPS_PORT;
};
exports.reset();

'use strict';

/* The Lambda Runtime API, as the process sees it. */

const http = require('node:http');

let hostname;
let port;
let agent;

exports.call = (method, path, body) => new Promise((resolve, reject) => {
  const request = http.request({ hostname, port, agent, method, path }, response => {
    const chunks = [];
    response.on('data', chunk => chunks.push(chunk));
    response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
  });
  request.on('error', reject);
  request.end(body);
});

exports.reset = () => {
  [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  agent = new http.Agent({ keepAlive: true });
};
exports.reset();

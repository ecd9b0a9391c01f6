import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { ResponseEndpoint } from '../../sandbox/response-endpoint';

let endpoint: ResponseEndpoint;
let bodies: string[];

beforeEach(async () => {
  endpoint = await ResponseEndpoint.start();
  bodies = [];
});
afterEach(() => endpoint.stop());

const expectBody = () => endpoint.expect(body => bodies.push(body));

/** Sends a response as the process of a function does. */
function send(url: string, body = '{}', method = 'PUT'): Promise<number> {
  const { hostname, pathname, search } = new URL(url);
  const { NODE_EXTRA_CA_CERTS, SANDBOX_HTTPS_PORT } = endpoint.environment;
  return new Promise((resolve, reject) => {
    const options = { hostname, port: SANDBOX_HTTPS_PORT, path: pathname + search, method, ca: readFileSync(NODE_EXTRA_CA_CERTS), agent: false };
    request(options, response => {
      response.resume();
      resolve(response.statusCode!);
    }).on('error', reject).end(body);
  });
}

test('a response arrives over TLS, verified by the certificate', async () => {
  expect(await send(expectBody(), '{"Status":"SUCCESS"}')).toBe(200);
  expect(bodies).toEqual(['{"Status":"SUCCESS"}']);
});

test('each URL is unique, presigned and without a port', async () => {
  const urls = [expectBody(), expectBody()];
  expect(urls[0]).not.toBe(urls[1]);
  for (const url of urls) expect(url).toMatch(/^https:\/\/localhost\/[0-9a-f]+\?X-Amz-Signature=[0-9a-f]{64}$/);
});

test('a URL accepts one response', async () => {
  const url = expectBody();
  await send(url, 'first');
  expect(await send(url, 'second')).toBe(403);
  expect(bodies).toEqual(['first']);
});

test.each([
  ['an unknown token', (url: string) => url.replace(/localhost\/./, 'localhost/x')],
  ['an altered signature', (url: string) => url.replace(/.$/, 'x')],
  ['no signature', (url: string) => url.replace(/\?.*/, '')],
])('%s is rejected', async (_, alter) => {
  expect(await send(alter(expectBody()))).toBe(403);
  expect(bodies).toEqual([]);
});

test('a URL is signed for PUT only', async () => {
  const url = expectBody();
  expect(await send(url, '{}', 'POST')).toBe(403);
  expect(await send(url)).toBe(200);
});

test('a forgotten URL is rejected', async () => {
  const url = expectBody();
  endpoint.forget(url);
  expect(await send(url)).toBe(403);
  expect(bodies).toEqual([]);
});

test('a URL stays valid after a failure', async () => {
  endpoint.failNext(2);
  const url = expectBody();
  expect([await send(url), await send(url), await send(url)]).toEqual([503, 503, 200]);
  expect(bodies).toEqual(['{}']);
});

test('stopping deletes the certificate', async () => {
  const other = await ResponseEndpoint.start();
  const { NODE_EXTRA_CA_CERTS } = other.environment;
  expect(existsSync(NODE_EXTRA_CA_CERTS)).toBe(true);
  await other.stop();
  expect(existsSync(NODE_EXTRA_CA_CERTS)).toBe(false);
});

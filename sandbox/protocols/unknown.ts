import { randomUUID } from 'node:crypto';
import type { HttpRequest, ProtocolRequest } from './protocol';
import { credentialScope } from './protocol';

/** A request to an unknown API, whose protocol is unknown too. Most of them are REST JSON. */
export function parseUnknown(request: HttpRequest): ProtocolRequest {
  const { pathname } = new URL(request.url, 'http://localhost');
  const headers = { 'content-type': 'application/json' };
  return {
    service: credentialScope(request).service ?? 'none',
    operation: `${request.method} ${pathname}`,
    input: {},
    answer: output => ({ status: 200, headers, body: JSON.stringify(output) }),
    refuse: ({ code, message, status }) => ({
      status,
      headers: { ...headers, 'x-amzn-errortype': code },
      body: JSON.stringify({ __type: code, message, requestId: randomUUID() }),
    }),
    accessDenied: { code: 'AccessDeniedException', status: 403 },
    unknownOperation: { code: 'UnknownOperationException', status: 404 },
  };
}

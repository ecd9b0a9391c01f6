import { randomUUID } from 'node:crypto';
import type { HttpRequest, ProtocolRequest } from './protocol';
import { xml } from './xml';

/** [cited] apiVersion in the service models. A request in the query protocol does not name the service. */
const SERVICES: { readonly [version: string]: { readonly name: string; readonly namespace: string } | undefined } = {
  '2010-05-15': { name: 'cloudformation', namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' },
  '2011-06-15': { name: 'sts', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
};

/** AWS Query: CloudFormation, STS. All values are strings. */
export function parseQuery(request: HttpRequest): ProtocolRequest {
  const { Action: operation, Version: version, ...parameters } = Object.fromEntries(new URLSearchParams(request.body.toString()));
  const service = SERVICES[version] ?? { name: `version ${version}`, namespace: '' };
  const headers = { 'content-type': 'text/xml' };
  const document = (root: string, content: object) => xml(root, content, service.namespace);
  return {
    service: service.name,
    operation,
    input: nested(parameters),
    answer: output => ({
      status: 200,
      headers,
      body: document(`${operation}Response`, { [`${operation}Result`]: output, ResponseMetadata: { RequestId: randomUUID() } }),
    }),
    refuse: ({ code, message, status }) => ({
      status,
      headers,
      body: document('ErrorResponse', {
        Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId: randomUUID(),
      }),
    }),
    accessDenied: { code: 'AccessDenied', status: 403 },
    // [cited] "Common error types" of the query APIs.
    unknownOperation: { code: 'InvalidAction', status: 400 },
  };
}

/** [cited] AWS Query protocol: `Tags.member.1.Key=...`; an empty list is `Tags=`. */
function nested(parameters: { readonly [name: string]: string }): any {
  const root: any = {};
  for (const [name, value] of Object.entries(parameters)) {
    const path = name.split('.');
    const last = path.pop()!;
    let node = root;
    for (const part of path) node = node[part] ??= {};
    node[last] = value;
  }
  return lists(root);
}

function lists(node: any): any {
  if (typeof node !== 'object') return node;
  if (node.member) return Object.values(node.member).map(lists);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, lists(value)]));
}

import { randomUUID } from 'crypto';
import { IncomingHttpHeaders } from 'http';
import { ServiceError } from './service';

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** A request as its API understands it, and how that API answers. */
export interface ProtocolRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: any;
  /** [cited] IAM documentation and the service models: AccessDenied in the query protocol, AccessDeniedException elsewhere. */
  readonly accessDenied: { readonly code: string; readonly status: number };
  answer(output: any): HttpAnswer;
  refuse(error: ServiceError): HttpAnswer;
}

/** Finds out which API a request is for. Throws for one that the sandbox does not have. */
export function parseRequest(request: HttpRequest): ProtocolRequest {
  if (request.headers['x-amz-target']) return parseJson(request, request.headers['x-amz-target'] as string);
  if (request.url.startsWith(LAMBDA_FUNCTIONS)) return parseLambda(request);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return parseQuery(request);
  throw new Error(`the sandbox does not know the API of ${request.method} ${request.url}`);
}

/** [cited] targetPrefix in the service models. */
const JSON_SERVICES: { readonly [targetPrefix: string]: string | undefined } = {
  RekognitionService: 'rekognition',
  AWSStepFunctions: 'states',
};

/** AWS JSON 1.0 and 1.1: Rekognition, Step Functions. */
function parseJson(request: HttpRequest, target: string): ProtocolRequest {
  const [prefix, operation] = target.split('.');
  const service = JSON_SERVICES[prefix];
  if (!service) throw new Error(`the sandbox does not know the API of X-Amz-Target ${target}`);
  const headers = { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1' };
  return {
    service,
    operation,
    input: parseJsonBody(request.body),
    answer: output => ({ status: 200, headers, body: JSON.stringify(output, epochSeconds) }),
    // [cited] Rekognition developer guide, "Error handling". [assumed] Step Functions answers in the same shape.
    refuse: ({ code, message, status }) => ({
      status, headers, body: JSON.stringify({ __type: code, Code: code, Logref: randomUUID(), Message: message }),
    }),
    accessDenied: { code: 'AccessDeniedException', status: 400 },
  };
}

function parseJsonBody(body: string): any {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    // [cited] AWS JSON protocol: SerializationException for a body that is not JSON.
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
}

/** [cited] AWS JSON protocol: timestamps are seconds since the epoch, with fractions. Sees dates before their own toJSON. */
function epochSeconds(this: any, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}

const LAMBDA_FUNCTIONS = '/2015-03-31/functions/';

/** [cited] Lambda's service model: operations by method and the rest of the path. */
const LAMBDA_OPERATIONS: { readonly [route: string]: string | undefined } = {
  'POST invocations': 'Invoke',
  'GET ': 'GetFunction',
  'GET configuration': 'GetFunctionConfiguration',
};

/** REST JSON: Lambda. */
function parseLambda(request: HttpRequest): ProtocolRequest {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const [name, rest = ''] = pathname.slice(LAMBDA_FUNCTIONS.length).split('/');
  const operation = LAMBDA_OPERATIONS[`${request.method} ${rest}`];
  if (!operation) throw new Error(`the sandbox does not know Lambda's ${request.method} ${pathname}`);
  const input = {
    FunctionName: decodeURIComponent(name),
    ...searchParams.has('Qualifier') && { Qualifier: searchParams.get('Qualifier') },
    ...operation === 'Invoke' && { Payload: request.body, InvocationType: request.headers['x-amz-invocation-type'] },
  };
  const headers = { 'content-type': 'application/json' };
  return {
    service: 'lambda',
    operation,
    input,
    answer: output => operation === 'Invoke'
      ? {
        status: 200,
        // [cited] API reference, Invoke: a function's error is a success of the request, with this header.
        headers: { ...headers, 'x-amz-executed-version': '$LATEST', ...output.FunctionError && { 'x-amz-function-error': output.FunctionError } },
        body: output.Payload,
      }
      : { status: 200, headers, body: JSON.stringify(output) },
    refuse: ({ code, message, status }) => ({
      status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }),
    }),
    accessDenied: { code: 'AccessDeniedException', status: 403 },
  };
}

/** [cited] apiVersion in the service models; the query protocol names no service. */
const QUERY_SERVICES: { readonly [version: string]: { name: string; namespace: string } | undefined } = {
  '2010-05-15': { name: 'cloudformation', namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' },
};

/** AWS Query: CloudFormation. Reads flat parameters only, as text. */
function parseQuery(request: HttpRequest): ProtocolRequest {
  const { Action: operation, Version: version, ...input } = Object.fromEntries(new URLSearchParams(request.body));
  const service = QUERY_SERVICES[version];
  if (!service) throw new Error(`the sandbox does not know the API of Action=${operation}, Version=${version}`);
  const nested = Object.keys(input).find(name => name.includes('.'));
  if (nested) throw new Error(`the sandbox does not read nested query parameters such as ${nested}`);
  const headers = { 'content-type': 'text/xml' };
  const document = (root: string, content: object) => `<${root} xmlns="${service.namespace}">${xml(content)}</${root}>`;
  return {
    service: service.name,
    operation,
    input,
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
  };
}

/** [cited] AWS Query protocol: lists are `member` elements, timestamps ISO 8601. */
function xml(value: unknown): string {
  if (value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(item => `<member>${xml(item)}</member>`).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([name, content]) => content === undefined ? '' : `<${name}>${xml(content)}</${name}>`).join('');
  }
  return String(value).replace(/[<>&\r]/g, character => `&#${character.charCodeAt(0)};`);
}

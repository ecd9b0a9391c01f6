import { headerMembers, HttpRequest, ProtocolRequest, queryMembers } from './protocol';

const FUNCTIONS = '/2015-03-31/functions/';

/** [cited] Lambda's service model: operations by method and the rest of the path. */
const OPERATIONS: { readonly [route: string]: string | undefined } = {
  'POST invocations': 'Invoke',
  'GET ': 'GetFunction',
  'GET configuration': 'GetFunctionConfiguration',
  'PUT code': 'UpdateFunctionCode',
  'PUT configuration': 'UpdateFunctionConfiguration',
};

/** [cited] Lambda's service model. */
const HEADERS = {
  'x-amz-client-context': 'ClientContext',
  'x-amz-durable-execution-name': 'DurableExecutionName',
  'x-amz-invocation-type': 'InvocationType',
  'x-amz-log-type': 'LogType',
  'x-amz-tenant-id': 'TenantId',
};

export function isLambda({ url }: HttpRequest): boolean {
  return url.startsWith(FUNCTIONS);
}

/** REST JSON: Lambda. */
export function parseLambda(request: HttpRequest): ProtocolRequest {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const [name, rest = ''] = pathname.slice(FUNCTIONS.length).split('/');
  const operation = OPERATIONS[`${request.method} ${rest}`];
  // payloads are JSON, whatever a client says about their type.
  const { 'content-type': _, ...given } = request.headers;
  const input = {
    FunctionName: decodeURIComponent(name),
    ...operation === 'Invoke' && { Payload: request.body.toString() },
    ...queryMembers(searchParams, {}),
    ...headerMembers(given, HEADERS),
  };
  const headers = { 'content-type': 'application/json' };
  return {
    service: 'lambda',
    operation: operation ?? `${request.method} ${pathname}`,
    input,
    answer: output => operation === 'Invoke'
      ? {
        status: 200,
        // [cited] API reference, Invoke: if the function fails, the request succeeds with this header.
        headers: { ...headers, 'x-amz-executed-version': '$LATEST', ...output.FunctionError && { 'x-amz-function-error': output.FunctionError } },
        body: output.Payload,
      }
      : { status: 200, headers, body: JSON.stringify(output) },
    refuse: ({ code, message, status }) => ({
      status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }),
    }),
    accessDenied: { code: 'AccessDeniedException', status: 403 },
    unknownOperation: { code: 'UnknownOperationException', status: 404 },
  };
}

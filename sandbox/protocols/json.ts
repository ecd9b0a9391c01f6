import { randomUUID } from 'node:crypto';
import type { HttpRequest, ProtocolRequest } from './protocol';
import { ServiceError } from '../service';

/** [cited] targetPrefix in the service models. */
const SERVICES: { readonly [targetPrefix: string]: string | undefined } = {
  RekognitionService: 'rekognition',
  AWSStepFunctions: 'states',
  AmazonSSM: 'ssm',
  Logs_20140328: 'logs',
};

/** AWS JSON 1.0 and 1.1: Rekognition, Step Functions, SSM, CloudWatch Logs. */
export function parseJson(request: HttpRequest, target: string): ProtocolRequest {
  const [prefix, operation] = target.split('.');
  const headers = { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1' };
  return {
    service: SERVICES[prefix] ?? prefix,
    operation,
    input: parseBody(request),
    answer: output => ({ status: 200, headers, body: JSON.stringify(output, epochSeconds) }),
    // [cited] Rekognition developer guide, "Error handling". [assumed] the other services use the same format.
    refuse: ({ code, message, status }) => ({
      status, headers, body: JSON.stringify({ __type: code, Code: code, Logref: randomUUID(), Message: message }),
    }),
    accessDenied: { code: 'AccessDeniedException', status: 400 },
    // [cited] AWS JSON protocol: the error that other services return.
    unknownOperation: { code: 'UnknownOperationException', status: 400 },
  };
}

function parseBody({ method, url, body }: HttpRequest): any {
  // [cited] AWS JSON protocol: always POST to /. [assumed] the name of the error for anything else.
  if (method !== 'POST' || url !== '/') throw new ServiceError('UnknownOperationException', `There is nothing at ${method} ${url}.`, 404);
  // [cited] AWS JSON protocol: SerializationException for a body that is not a JSON object.
  const input = parse(body.toString());
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ServiceError('SerializationException', 'The request body is not a JSON object.');
  }
  return input;
}

/** [cited] Smithy, AWS JSON protocol: null members count as missing. */
function parse(text: string): any {
  try {
    return text === '' ? {} : withoutNulls(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // a null item in a list is a mistake of the client, which the service rejects.
  if (Array.isArray(value)) return value.map(withoutNulls);
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([name, member]) => [name, withoutNulls(member)]));
}

/** [cited] AWS JSON protocol: timestamps are seconds since the epoch, with fractions. Converts dates before their toJSON does. */
function epochSeconds(this: any, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}

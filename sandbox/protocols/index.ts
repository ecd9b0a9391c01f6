import { parseJson } from './json';
import { isLambda, parseLambda } from './lambda';
import { credentialScope, HttpRequest, ProtocolRequest } from './protocol';
import { parseQuery } from './query';
import { parseS3 } from './s3';
import { parseUnknown } from './unknown';

export { credentialScope } from './protocol';
export type { HttpAnswer, HttpRequest, ProtocolRequest } from './protocol';

/** Finds out which API and operation a request is for. Throws a `ServiceError` if it is not a valid request to that API. */
export function parseRequest(request: HttpRequest): ProtocolRequest {
  if (request.headers['x-amz-target']) return parseJson(request, String(request.headers['x-amz-target']));
  if (isLambda(request)) return parseLambda(request);
  if (credentialScope(request).service === 's3') return parseS3(request);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return parseQuery(request);
  return parseUnknown(request);
}

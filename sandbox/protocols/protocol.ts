import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceError } from '../service';

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer;
}

/** A request in the terms of its API, and how that API responds. */
export interface ProtocolRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: any;
  /** [cited] IAM documentation and the service models: AccessDenied in the query protocol and in S3, AccessDeniedException elsewhere. */
  readonly accessDenied: { readonly code: string; readonly status: number };
  /** The error of the API for an unknown operation, with a status that clients do not retry. */
  readonly unknownOperation: { readonly code: string; readonly status: number };
  answer(output: any): HttpAnswer;
  refuse(error: ServiceError): HttpAnswer;
}

/** The contents of a signature: [cited] AWS Signature Version 4, Credential=KEY/DATE/REGION/SERVICE/aws4_request. */
export interface CredentialScope {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly service?: string;
}

export function credentialScope({ headers: { authorization = '' } }: HttpRequest): CredentialScope {
  const [, accessKeyId, region, service] = /Credential=([^/,]+)\/(?:[^/]+\/([^/]+)\/([^/]+)\/)?/.exec(authorization) ?? [];
  return { accessKeyId, region, service };
}

/** Headers that belong to HTTP, to the signature or to the client, not to the input of an operation. */
const TRANSPORT = [
  'accept', 'accept-encoding', 'accept-language', 'amz-sdk-invocation-id', 'amz-sdk-request', 'authorization', 'connection',
  'content-length', 'date', 'expect', 'host', 'keep-alive', 'sec-fetch-mode', 'transfer-encoding', 'user-agent',
  'x-amz-content-sha256', 'x-amz-date', 'x-amz-decoded-content-length', 'x-amz-security-token', 'x-amz-trailer',
  'x-amz-user-agent', 'x-amzn-trace-id',
];

/** The members of an input that are headers, by their names in the API. One without a name there is called as the header. */
export function headerMembers(
  headers: IncomingHttpHeaders, names: { readonly [header: string]: string | undefined },
): { [member: string]: string } {
  const members = Object.entries(headers).filter(([header]) => !TRANSPORT.includes(header));
  return Object.fromEntries(members.map(([header, value]) => [names[header] ?? header, String(value)]));
}

/** The same for the parameters of a query. */
export function queryMembers(
  query: URLSearchParams, names: { readonly [parameter: string]: string | undefined },
): { [member: string]: string } {
  return Object.fromEntries([...query].map(([parameter, value]) => [names[parameter] ?? parameter, value]));
}

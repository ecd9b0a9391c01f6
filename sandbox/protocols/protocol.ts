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

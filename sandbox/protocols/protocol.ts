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

/** A request as its API understands it, and how that API answers. */
export interface ProtocolRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: any;
  /** [cited] IAM documentation and the service models: AccessDenied in the query protocol and in S3, AccessDeniedException elsewhere. */
  readonly accessDenied: { readonly code: string; readonly status: number };
  /** What the API calls an operation that it does not have; a status that no client tries again. */
  readonly unknownOperation: { readonly code: string; readonly status: number };
  answer(output: any): HttpAnswer;
  refuse(error: ServiceError): HttpAnswer;
}

/** What a signature says: [cited] AWS Signature Version 4, Credential=KEY/DATE/REGION/SERVICE/aws4_request. */
export interface CredentialScope {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly service?: string;
}

export function credentialScope({ headers: { authorization = '' } }: HttpRequest): CredentialScope {
  const [, accessKeyId, region, service] = /Credential=([^/,]+)\/(?:[^/]+\/([^/]+)\/([^/]+)\/)?/.exec(authorization) ?? [];
  return { accessKeyId, region, service };
}

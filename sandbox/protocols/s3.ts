import { randomUUID } from 'node:crypto';
import type { HttpAnswer, HttpRequest, ProtocolRequest } from './protocol';
import { flatXml } from './xml';

/** [cited] S3's service model: operations by method, what the path names, and the query's marker. */
const OPERATIONS: { readonly [route: string]: string | undefined } = {
  'HEAD bucket': 'HeadBucket',
  'GET bucket location': 'GetBucketLocation',
  'GET bucket encryption': 'GetBucketEncryption',
  'GET bucket list-type': 'ListObjectsV2',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'POST object uploads': 'CreateMultipartUpload',
  'PUT object partNumber': 'UploadPart',
  'POST object uploadId': 'CompleteMultipartUpload',
  'DELETE object uploadId': 'AbortMultipartUpload',
};

/** Query parameters that identify an operation. All others are members of its input. */
const MARKERS = ['location', 'encryption', 'list-type', 'uploads', 'partNumber', 'uploadId'];

/** The root elements of XML responses. */
const ROOTS: { readonly [operation: string]: string | undefined } = {
  GetBucketEncryption: 'ServerSideEncryptionConfiguration',
  GetBucketLocation: 'LocationConstraint',
  ListObjectsV2: 'ListBucketResult',
  CreateMultipartUpload: 'InitiateMultipartUploadResult',
  CompleteMultipartUpload: 'CompleteMultipartUploadResult',
};

/** REST XML: S3, with the bucket in the path, as clients do if the endpoint is an IP address. */
export function parseS3(request: HttpRequest): ProtocolRequest {
  const { method, headers } = request;
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const [, bucket, ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const marker = MARKERS.find(name => searchParams.has(name));
  // an unknown subresource such as `?acl` must not be mistaken for the object itself.
  const unknown = [...searchParams.keys()].find(name => searchParams.get(name) === '' && !MARKERS.includes(name));
  const route = [method, key ? 'object' : 'bucket', unknown ?? marker].filter(Boolean).join(' ');
  const operation = OPERATIONS[route] ?? route;
  return {
    service: 's3',
    operation,
    input: {
      Bucket: decodeURIComponent(bucket),
      Key: key || undefined,
      Body: method === 'PUT' ? content(request) : undefined,
      ContentType: headers['content-type'],
      ExpectedBucketOwner: headers['x-amz-expected-bucket-owner'],
      Prefix: searchParams.get('prefix') ?? undefined,
      MaxKeys: searchParams.get('max-keys') ?? undefined,
      ContinuationToken: searchParams.get('continuation-token') ?? undefined,
      UploadId: searchParams.get('uploadId') ?? undefined,
      PartNumber: searchParams.get('partNumber') ?? undefined,
    },
    answer: output => answer(operation, output),
    refuse: ({ code, message, status }) => ({
      status,
      headers: { 'content-type': 'application/xml' },
      // [cited] API reference, "REST error responses"; a HEAD has no body.
      body: method === 'HEAD' ? '' : flatXml('Error', { Code: code, Message: message, RequestId: randomUUID() }),
    }),
    accessDenied: { code: 'AccessDenied', status: 403 },
    // [cited] API reference, list of error codes.
    unknownOperation: { code: 'MethodNotAllowed', status: 405 },
  };
}

function answer(operation: string, output: any): HttpAnswer {
  const root = ROOTS[operation];
  if (root) return { status: 200, headers: { 'content-type': 'application/xml' }, body: flatXml(root, output) };
  const { Body: body = '', ETag: etag, ContentType: type, ContentLength: length } = output;
  const headers = {
    ...etag && { etag },
    ...type && { 'content-type': type },
    ...length !== undefined && { 'content-length': String(length) },
  };
  return { status: operation === 'AbortMultipartUpload' ? 204 : 200, headers, body };
}

/** [cited] S3 User Guide, "Signature calculations: multiple chunks": a body in chunks is sent as SIZE;signature, CRLF, data, CRLF, until size 0. */
function content({ headers, body }: HttpRequest): Buffer {
  if (!String(headers['x-amz-content-sha256']).startsWith('STREAMING-')) return body;
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = parseInt(body.subarray(position, lineEnd).toString(), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    const start = lineEnd + 2;
    chunks.push(body.subarray(start, start + size));
    position = start + size + 2;
  }
}

import { randomUUID } from 'node:crypto';
import { HttpAnswer, headerMembers, HttpRequest, ProtocolRequest, queryMembers } from './protocol';
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

/** Query parameters that identify an operation. */
const MARKERS = ['location', 'encryption', 'list-type', 'uploads', 'partNumber', 'uploadId'];

/** [cited] S3's service model: the members of inputs by their query parameters and headers. */
const PARAMETERS = {
  'continuation-token': 'ContinuationToken',
  'encoding-type': 'EncodingType',
  'max-keys': 'MaxKeys',
  'partNumber': 'PartNumber',
  'prefix': 'Prefix',
  'uploadId': 'UploadId',
};
const HEADERS = {
  'content-md5': 'ContentMD5',
  'content-type': 'ContentType',
  'x-amz-acl': 'ACL',
  'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-checksum-type': 'ChecksumType',
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-sdk-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-server-side-encryption-bucket-key-enabled': 'BucketKeyEnabled',
};

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
  const { method } = request;
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const [, bucket, ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const marker = MARKERS.find(name => searchParams.has(name));
  // an unknown subresource such as `?acl` must not be mistaken for the object itself.
  const unknown = [...searchParams.keys()].find(name => searchParams.get(name) === '' && ![...MARKERS, ...Object.keys(PARAMETERS)].includes(name));
  const route = [method, key ? 'object' : 'bucket', unknown ?? marker].filter(Boolean).join(' ');
  const operation = OPERATIONS[route] ?? route;
  return {
    service: 's3',
    operation,
    input: {
      Bucket: decodeURIComponent(bucket),
      Key: key || undefined,
      Body: method === 'PUT' ? content(request) : undefined,
      ...members(request, searchParams),
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

function members({ method, headers }: HttpRequest, query: URLSearchParams): { [member: string]: string } {
  const given = { ...queryMembers(query, PARAMETERS), ...headerMembers(headers, HEADERS) };
  // the first two only choose an operation; reads send no content, whatever its type is said to be.
  const without = ['list-type', 'x-id', ...['GET', 'HEAD'].includes(method) ? ['ContentType'] : []];
  // [cited] S3 User Guide, "Signature calculations: multiple chunks": this encoding is part of the signature.
  if (given['content-encoding'] === 'aws-chunked') without.push('content-encoding');
  const isChecksum = (name: string) => /^x-amz-checksum-(crc|sha)/.test(name);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !without.includes(name) && !isChecksum(name)));
}

function answer(operation: string, output: any): HttpAnswer {
  const root = ROOTS[operation];
  if (root) return { status: 200, headers: { 'content-type': 'application/xml' }, body: flatXml(root, output) };
  const { Body: body = '', ETag: etag, ContentType: type, ContentLength: length, LastModified: modified } = output;
  const headers = {
    ...etag && { etag },
    ...type && { 'content-type': type },
    ...modified && { 'last-modified': modified.toUTCString() },
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

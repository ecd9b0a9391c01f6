import { createHash, randomUUID } from 'node:crypto';
import type { Members, Operations } from './members';
import { NotModeled, Permission, Service, ServiceError } from './service';

interface StoredObject {
  readonly body: Buffer;
  readonly contentType?: string;
  readonly changedAt: number;
}

export interface S3Props {
  readonly account: string;
  readonly region: string;
  now(): number;
}

/** [cited] Service Authorization Reference, S3: what an operation needs, on a bucket or on an object. */
const ACTIONS: { readonly [operation: string]: string | undefined } = {
  HeadBucket: 's3:ListBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  ListObjectsV2: 's3:ListBucket',
  PutObject: 's3:PutObject',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
};

const BUCKET = ['Bucket', 'ExpectedBucketOwner'];
const OBJECT = [...BUCKET, 'Key'];
const CHECKSUM = 'loopback connections do not change what they transport';
/** The headers of requests that write an object, by the names in the SDK. */
const WRITE: Members = {
  honored: [...OBJECT, 'Body', 'ContentType'],
  ignored: {
    ChecksumAlgorithm: CHECKSUM,
    ChecksumType: CHECKSUM,
    ContentMD5: CHECKSUM,
    ServerSideEncryption: 'nothing is encrypted',
    SSEKMSKeyId: 'nothing is encrypted',
    BucketKeyEnabled: 'nothing is encrypted',
  },
  only: { ACL: 'bucket-owner-full-control' },
};
const UPLOAD = { ...WRITE, honored: [...WRITE.honored!, 'UploadId'] };
const OPERATIONS: Operations = {
  HeadBucket: { honored: BUCKET },
  GetBucketLocation: { honored: BUCKET },
  GetBucketEncryption: { honored: BUCKET },
  ListObjectsV2: { honored: [...BUCKET, 'Prefix', 'MaxKeys', 'ContinuationToken', 'EncodingType'] },
  PutObject: WRITE,
  GetObject: { honored: OBJECT, ignored: { ChecksumMode: CHECKSUM } },
  HeadObject: { honored: OBJECT, ignored: { ChecksumMode: CHECKSUM } },
  CreateMultipartUpload: WRITE,
  UploadPart: { ...UPLOAD, honored: [...UPLOAD.honored, 'PartNumber'] },
  CompleteMultipartUpload: UPLOAD,
  AbortMultipartUpload: { honored: [...OBJECT, 'UploadId'] },
};

/** S3, as far as publishing assets needs it. [assumed] every bucket exists and belongs to the account: bootstrapping has created it. */
export class S3 implements Service {
  private readonly objects = new Map<string, StoredObject>();
  private readonly uploads = new Map<string, Map<number, Buffer>>();

  constructor(private readonly props: S3Props) {}

  /** The object, if it exists. */
  object(bucket: string, key: string): Buffer | undefined {
    return this.objects.get(`${bucket}/${key}`)?.body;
  }

  members(operation: string): Members | undefined {
    return OPERATIONS[operation];
  }

  permissions(operation: string, { Bucket: bucket, Key: key }: any): Permission[] {
    const action = ACTIONS[operation];
    if (!action) throw new NotModeled(`the sandbox does not know the operation ${operation} of S3`);
    return [{ action, resource: `arn:aws:s3:::${key ? `${bucket}/${key}` : bucket}` }];
  }

  handle(operation: string, input: any): object {
    const { account, region } = this.props;
    // [cited] User Guide, "Verifying bucket ownership with bucket owner condition".
    if (input.ExpectedBucketOwner && input.ExpectedBucketOwner !== account) throw new ServiceError('AccessDenied', 'Access Denied', 403);
    switch (operation) {
      case 'HeadBucket':
      case 'AbortMultipartUpload':
        this.uploads.delete(input.UploadId);
        return {};
      // [cited] GetBucketLocation: null for us-east-1.
      case 'GetBucketLocation':
        return { '#text': region === 'us-east-1' ? '' : region };
      // [cited] User Guide, default encryption: SSE-S3 for every bucket.
      case 'GetBucketEncryption':
        return { Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] };
      case 'ListObjectsV2':
        return this.list(input);
      case 'PutObject':
        return { ETag: this.put(input, input.Body) };
      case 'CreateMultipartUpload': {
        const id = randomUUID();
        this.uploads.set(id, new Map());
        return { Bucket: input.Bucket, Key: input.Key, UploadId: id };
      }
      case 'UploadPart':
        this.upload(input).set(Number(input.PartNumber), input.Body);
        return { ETag: etag(input.Body) };
      case 'CompleteMultipartUpload': {
        // [cited] CompleteMultipartUpload: concatenates the parts in ascending order.
        const parts = [...this.upload(input)].sort(([a], [b]) => a - b).map(([, part]) => part);
        this.uploads.delete(input.UploadId);
        return { Bucket: input.Bucket, Key: input.Key, ETag: this.put(input, Buffer.concat(parts)) };
      }
      default: {
        const { body, contentType, changedAt } = this.get(input);
        const read = { ContentLength: body.length, ContentType: contentType, ETag: etag(body), LastModified: new Date(changedAt) };
        return { ...read, Body: operation === 'GetObject' ? body : '' };
      }
    }
  }

  private put({ Bucket: bucket, Key: key, ContentType: contentType }: any, body: Buffer): string {
    this.objects.set(`${bucket}/${key}`, { body, contentType, changedAt: this.props.now() });
    return etag(body);
  }

  private get({ Bucket: bucket, Key: key }: any): StoredObject {
    const found = this.objects.get(`${bucket}/${key}`);
    if (!found) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
    return found;
  }

  private upload({ UploadId: id }: any): Map<number, Buffer> {
    const parts = this.uploads.get(id);
    if (!parts) throw new ServiceError('NoSuchUpload', 'The specified multipart upload does not exist.', 404);
    return parts;
  }

  /** A single page contains everything that the limit allows. */
  private list({
    Bucket: bucket, Prefix: prefix = '', MaxKeys: max = '1000', ContinuationToken: after = '', EncodingType: encoding,
  }: any): object {
    // [cited] ListObjectsV2, EncodingType: for keys with characters that XML cannot have.
    const encoded = (text: string) => encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text;
    const keys = [...this.objects.keys()].filter(path => path.startsWith(`${bucket}/${prefix}`)).map(path => path.slice(bucket.length + 1)).sort();
    const left = keys.filter(key => key > after);
    const page = left.slice(0, Number(max));
    return {
      Name: bucket,
      Prefix: encoded(prefix),
      EncodingType: encoding,
      MaxKeys: max,
      KeyCount: page.length,
      IsTruncated: page.length < left.length,
      NextContinuationToken: page.length < left.length ? page.at(-1) : undefined,
      Contents: page.map(key => {
        const { body, changedAt } = this.objects.get(`${bucket}/${key}`)!;
        return { Key: encoded(key), LastModified: new Date(changedAt), ETag: etag(body), Size: body.length, StorageClass: 'STANDARD' };
      }),
    };
  }
}

/** [cited] API reference, Object: the MD5 of its bytes, in quotes. */
function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

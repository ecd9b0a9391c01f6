import type { AssetBucket } from '../../assembly';
import type { FunctionConfiguration, Lambda } from '../../lambda';
import { ResourceFailure } from '../errors';
import { generatedName, handlerMessage, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

const MODELED = [
  'FunctionName', 'Code', 'Handler', 'Role', 'Runtime', 'Environment', 'Timeout', 'MemorySize', 'LoggingConfig',
  'PackageType', 'Layers', 'FileSystemConfigs',
];

/** Neither the network and the hardware of AWS nor tracing exist here, and nothing is sent to anyone. */
const WITHOUT_EFFECT = [
  'Description', 'Architectures', 'Tags', 'VpcConfig', 'KmsKeyArn', 'TracingConfig', 'EphemeralStorage',
  'RuntimeManagementConfig', 'SnapStart', 'CodeSigningConfigArn', 'RecursiveLoop', 'DeadLetterConfig', 'ImageConfig',
  'ReservedConcurrentExecutions',
];

/** AWS::Lambda::Function, with its code in an asset or inline. */
export class LambdaFunction implements ResourceType {
  // [cited] AWS::Lambda::Function: FunctionName needs replacement.
  readonly replacedBy = ['FunctionName'];
  readonly properties = [...MODELED, ...WITHOUT_EFFECT];
  // [cited] published event logs: its creation had the event of a consistency check.
  readonly isEventuallyConsistent = true;

  constructor(private readonly lambda: Lambda, private readonly assets: AssetBucket) {}

  create(resource: Resource): ResourceState {
    // [cited] Lambda quotas: 64 characters.
    const name = resource.properties.FunctionName ?? generatedName(resource.stack, resource.logicalId, 64);
    if (this.lambda.has(name)) {
      throw new ResourceFailure(handlerMessage(`Resource of type 'AWS::Lambda::Function' with identifier '${name}' already exists.`, 'AlreadyExists'));
    }
    const configuration = this.configuration(resource, name);
    this.lambda.create(configuration);
    return { physicalId: name, attributes: { Arn: configuration.functionArn } };
  }

  hasAttribute(name: string): boolean {
    return name === 'Arn';
  }

  update(resource: Resource, old: Resource): ResourceState {
    this.lambda.update(this.configuration(resource, old.physicalId));
    return old;
  }

  async delete(resource: Resource): Promise<void> {
    if (this.lambda.has(resource.physicalId)) await this.lambda.delete(resource.physicalId);
  }

  private configuration(resource: Resource, functionName: string): FunctionConfiguration {
    const { properties, stack: { environment } } = resource;
    const { LoggingConfig: logging = {} } = properties;
    const obstacle = obstacleOf(properties) ?? this.missingCode(properties.Code);
    return {
      functionName,
      functionArn: `arn:aws:lambda:${environment.region}:${environment.account}:function:${functionName}`,
      handler: properties.Handler,
      codeDirectory: obstacle ? '' : this.codeDirectory(properties.Code),
      runtime: properties.Runtime,
      environment: properties.Environment?.Variables ?? {},
      // [cited] CreateFunction: 3 seconds, 128 MB.
      timeoutSeconds: Number(properties.Timeout ?? 3),
      memorySize: Number(properties.MemorySize ?? 128),
      roleArn: properties.Role,
      // [cited] LoggingConfig: /aws/lambda/<function name>, Text; with JSON the application log level is INFO.
      logGroupName: logging.LogGroup ?? `/aws/lambda/${functionName}`,
      logFormat: logging.LogFormat ?? 'Text',
      applicationLogLevel: logging.ApplicationLogLevel ?? 'INFO',
      obstacle,
    };
  }

  /** An object in a bucket of somebody else, or of another stack. */
  private missingCode({ S3Key: key, S3Bucket: bucket }: any): string | undefined {
    return key && !this.assets.has(key, bucket) ? `its code, s3://${bucket}/${key}, is not in the sandbox` : undefined;
  }

  private codeDirectory({ S3Key: key, S3Bucket: bucket, ZipFile: text }: any): string {
    return text === undefined ? this.assets.codeDirectory(key, bucket) : this.assets.inlineCode(text);
  }
}

/** Why the sandbox cannot run a function. It is created all the same, as a deployment invokes few functions. */
function obstacleOf(properties: Resource['properties']): string | undefined {
  const { Runtime: runtime, PackageType: packaging, Code: code, Layers: layers = [], FileSystemConfigs: mounts = [] } = properties;
  // [cited] Lambda Developer Guide, "Configuring reserved concurrency": 0 throttles all invocations.
  if (String(properties.ReservedConcurrentExecutions) === '0') return 'its reserved concurrency is 0';
  if (packaging === 'Image' || code.ImageUri) return 'it is a container image';
  if (!runtime?.startsWith('nodejs')) return `its runtime is ${runtime}, and the sandbox runs Node.js only`;
  if (layers.length > 0) return 'it has layers, which the sandbox does not unpack';
  if (mounts.length > 0) return 'it has a file system';
  return undefined;
}

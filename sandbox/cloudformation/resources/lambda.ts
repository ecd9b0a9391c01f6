import type { AssetBucket } from '../../assembly';
import type { FunctionConfiguration, Lambda } from '../../lambda';
import { NotModeled, ResourceFailure } from '../errors';
import { generatedName, handlerMessage, onlyKnown, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::Lambda::Function, with its code in an asset directory. */
export class LambdaFunction implements ResourceType {
  // [cited] AWS::Lambda::Function: FunctionName needs replacement.
  readonly replacedBy = ['FunctionName'];

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

  update(resource: Resource, old: Resource): ResourceState {
    this.lambda.update(this.configuration(resource, old.physicalId));
    return old;
  }

  async delete(resource: Resource): Promise<void> {
    if (this.lambda.has(resource.physicalId)) await this.lambda.delete(resource.physicalId);
  }

  private configuration(resource: Resource, functionName: string): FunctionConfiguration {
    onlyKnown(resource, ['FunctionName', 'Code', 'Handler', 'Role', 'Runtime', 'Environment', 'Timeout', 'MemorySize', 'LoggingConfig'],
      // a VPC and encryption at rest have no effect on a single machine.
      ['Description', 'Architectures', 'Tags', 'VpcConfig', 'KmsKeyArn']);
    const { properties, stack: { environment } } = resource;
    const { Code: code, LoggingConfig: logging = {} } = properties;
    if (!code.S3Key) throw new NotModeled(`${resource.logicalId} has code that is not an asset: ${Object.keys(code).join(', ')}`);
    return {
      functionName,
      functionArn: `arn:aws:lambda:${environment.region}:${environment.account}:function:${functionName}`,
      handler: properties.Handler,
      codeDirectory: this.assets.codeDirectory(code.S3Key, code.S3Bucket),
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
    };
  }
}

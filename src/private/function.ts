import * as path from 'path';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { resourcesIn } from './late-dependencies';
import { Permission } from './permissions';
import { rendered } from './rendered';
import { TeardownFunctionOptions } from '../teardown-function-options';

/** The options, with a log group in any case. */
type Options = TeardownFunctionOptions & { readonly logGroup: logs.ILogGroupRef };

/** A role that may write to the log group, and nothing more. */
export function functionRole(scope: Construct, { logGroup }: Options, description: string): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), description });
  logs.LogGroupGrants.fromLogGroup(logGroup).write(role);
  return role;
}

/** The properties that all functions have, with the code of a bundle in assets/ and one of its exports as the handler. */
export function functionProps(scope: Construct, options: Options, bundle: 'teardown' | 'workflow', name: string): lambda.FunctionProps {
  const { logGroup, vpc, vpcSubnets, securityGroups, environmentEncryption } = options;
  return {
    code: lambda.Code.fromAsset(path.join(__dirname, '..', '..', 'assets', bundle)),
    handler: `index.${name}`,
    runtime: lambda.determineLatestNodeRuntime(scope),
    memorySize: 256,
    loggingFormat: lambda.LoggingFormat.JSON,
    environmentEncryption,
    logGroup,
    vpc,
    vpcSubnets,
    securityGroups,
  };
}

/** In less, a function cannot make the calls of a poll one after the other. */
const MIN_TIMEOUT_SECONDS = 10;

/** What is wrong with the timeouts of the functions in a scope, which aspects and overrides may have changed. */
export function timeoutProblems(scope: Construct): string[] {
  return resourcesIn(scope).filter(({ cfnResourceType }) => cfnResourceType === 'AWS::Lambda::Function').flatMap(resource => {
    // the default of Lambda is 3 seconds.
    const { Timeout: seconds = 3 } = rendered(resource).Properties ?? {};
    return typeof seconds !== 'number' || seconds >= MIN_TIMEOUT_SECONDS ? [] : [
      `the function ${resource.node.path} has a Timeout of ${seconds} s, but needs at least ${MIN_TIMEOUT_SECONDS} s to look at `
      + 'a model and act; exclude it from the aspect or override that changed its Timeout, or set a longer one',
    ];
  });
}

/** What Lambda needs to run a function in a VPC. These actions support no resource-level permissions, or none before the interface exists. */
export const NETWORK_INTERFACES: Permission = {
  actions: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resource: '*',
};

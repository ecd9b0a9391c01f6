import * as path from 'path';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Permission } from './permissions';
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

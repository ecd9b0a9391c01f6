import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IKeyRef } from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';

/**
 * Settings of the Lambda functions that stop and delete versions.
 */
export interface TeardownFunctionOptions {
  /**
   * The log group that the functions write to. Pass one that outlives the stack to keep the log of a teardown.
   *
   * @default - a log group with a retention of one year, which is deleted with the stack
   */
  readonly logGroup?: logs.ILogGroupRef;

  /**
   * The VPC to run the functions in. Its subnets need NAT or VPC endpoints: the functions of a provider call Rekognition, CloudFormation,
   * Lambda and Step Functions, and send their response to a presigned S3 URL. The function of a workflow calls only Rekognition.
   * Everything that belongs to the VPC (endpoints, routes, security groups and their rules) is deleted after the teardowns, wherever in
   * the stack it is defined.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   *
   * @default - the functions do not run in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` to run the functions in. Must not be set without `vpc`.
   *
   * @default - the default subnet selection of a Lambda function
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the functions. They must allow outbound HTTPS, and need no inbound rules. Must not be set without `vpc`.
   *
   * @default - a new security group per function
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The KMS key that encrypts the environment variables of the functions. They hold no secrets.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
   *
   * @default - a key owned by AWS Lambda
   */
  readonly environmentEncryption?: IKeyRef;
}

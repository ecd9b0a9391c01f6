import { OPERATIONS } from '../../rekognition/service-model';
import type { Resource } from '../stack';

/**
 * The CDK's own custom resources that are only recorded, and why. All others run, as do those of everybody else.
 * [cited] aws-cdk-lib, custom-resource-handlers: what each of them calls.
 */
const RECORDED: { readonly [type: string]: string | undefined } = {
  'Custom::AWSCDK-EKS-Cluster': 'it calls EKS',
  'Custom::AWSCDK-EKS-FargateProfile': 'it calls EKS',
  'Custom::AWSCDK-EKS-HelmChart': 'it calls EKS',
  'Custom::AWSCDK-EKS-KubernetesObjectValue': 'it calls EKS',
  'Custom::AWSCDK-EKS-KubernetesPatch': 'it calls EKS',
  'Custom::AWSCDK-EKS-KubernetesResource': 'it calls EKS',
  'Custom::AWSCDKOpenIdConnectProvider': 'it calls IAM',
  'Custom::CDKBucketDeployment': 'it runs the AWS CLI',
  'Custom::CertificateRequest': 'it calls ACM',
  'Custom::CrossAccountZoneDelegation': 'it calls Route 53',
  'Custom::CrossRegionExportReader': 'it calls another Region',
  'Custom::CrossRegionExportWriter': 'it calls another Region',
  'Custom::CrossRegionStringParameterReader': 'it calls another Region',
  'Custom::DeleteExistingRecordSet': 'it calls Route 53',
  'Custom::DynamoDBReplica': 'it calls DynamoDB',
  'Custom::ECRAutoDeleteImages': 'it calls ECR',
  'Custom::LogRetention': 'it calls CloudWatch Logs',
  'Custom::S3AutoDeleteObjects': 'it calls S3 for the tags of a bucket',
  'Custom::S3BucketNotifications': 'it calls S3 for the notifications of a bucket',
  'Custom::SyntheticsAutoDeleteUnderlyingResources': 'it calls Synthetics',
  'Custom::VpcRestrictDefaultSG': 'it calls EC2',
};

/** The calls of an AwsCustomResource that run, by service. One with any other call is only recorded. */
const CALLS: { readonly [service: string]: readonly string[] | undefined } = {
  cloudformation: [
    'DescribeStackEvents', 'DescribeStackResources', 'DescribeStacks', 'ListStackResources', 'ListStacks',
  ],
  lambda: ['GetFunction', 'GetFunctionConfiguration', 'Invoke'],
  rekognition: Object.keys(OPERATIONS),
  sfn: ['DescribeExecution', 'StartExecution', 'StopExecution'],
};

/** Why a custom resource is only recorded, judging by its type and its properties; undefined if its function runs. */
export function whyRecorded({ type, properties }: Resource): string | undefined {
  if (!('InstallLatestAwsSdk' in properties)) return RECORDED[type];
  const { Create: create, Update: update, Delete: remove } = properties;
  const calls = [create, update, remove].filter(call => call !== undefined).map(call => JSON.parse(call));
  const missing = calls.find(({ service, action }) => !CALLS[clientOf(service)]?.includes(operationOf(action)));
  return missing && `it calls ${missing.action} of ${missing.service}`;
}

/** [cited] aws-cdk README, custom-resources: the name of the SDK's package, or of its client, in any version. */
function clientOf(service: string): string {
  const name = service.replace('@aws-sdk/client-', '').toLowerCase();
  return name === 'stepfunctions' ? 'sfn' : name;
}

/** [cited] as above: the method, the operation, or the command. */
function operationOf(action: string): string {
  return action[0].toUpperCase() + action.slice(1).replace(/Command$/, '');
}

/** An accepted finding of cdk-nag's AwsSolutions. */
export interface Finding {
  readonly rule: string;
  /** The construct that contains it. */
  readonly construct: 'TeardownProvider' | 'TeardownWorkflow';
  /** The path from there, with `*` for variable parts. */
  readonly resource: string;
  /** The finding, as a regular expression: the `appliesTo` of a suppression. Some rules have none. */
  readonly appliesTo?: string;
  readonly reason: string;
}

const RUNTIME = '`aws-cdk-lib` chooses the latest Node.js that all regions have, the rule asks for the latest that it knows';

/** Findings in the provider framework of aws-cdk-lib, or in what it chooses. */
export const FRAMEWORK: readonly Finding[] = [
  {
    rule: 'AwsSolutions-IAM4',
    construct: 'TeardownProvider',
    resource: 'Framework/framework-*/ServiceRole/Resource',
    appliesTo: '^Policy::.+/AWSLambdaBasicExecutionRole$',
    reason: 'the framework gives its functions this policy, to write their logs',
  },
  {
    rule: 'AwsSolutions-IAM4',
    construct: 'TeardownProvider',
    resource: 'Framework/framework-*/ServiceRole/Resource',
    appliesTo: '^Policy::.+/AWSLambdaVPCAccessExecutionRole$',
    reason: 'the framework gives its functions this policy in a VPC, for their network interfaces',
  },
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownProvider',
    resource: 'Framework/framework-*/ServiceRole/DefaultPolicy/Resource',
    appliesTo: '^Resource::<.+Arn>:\\*$',
    reason: 'the framework invokes the two functions of the handler, and the grant includes the versions of a function',
  },
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownProvider',
    resource: 'Framework/waiter-state-machine/Role/DefaultPolicy/Resource',
    appliesTo: '^Resource::<.+Arn>:\\*$',
    reason: 'the same for the state machine, which invokes two functions of the framework',
  },
  {
    rule: 'AwsSolutions-SF1',
    construct: 'TeardownProvider',
    resource: 'Framework/waiter-state-machine/Resource',
    reason: 'the default of `aws-cdk-lib`; the state machine only polls, and the log of the handler shows each poll',
  },
  {
    rule: 'AwsSolutions-SF2',
    construct: 'TeardownProvider',
    resource: 'Framework/waiter-state-machine/Resource',
    reason: 'the framework has no option for tracing',
  },
  { rule: 'AwsSolutions-L1', construct: 'TeardownProvider', resource: 'Framework/framework-*/Resource', reason: RUNTIME },
  { rule: 'AwsSolutions-L1', construct: 'TeardownProvider', resource: 'OnEvent/Resource', reason: RUNTIME },
  { rule: 'AwsSolutions-L1', construct: 'TeardownProvider', resource: 'IsComplete/Resource', reason: RUNTIME },
];

/** Findings in a workflow, for the same reasons. */
export const WORKFLOW: readonly Finding[] = [
  { rule: 'AwsSolutions-L1', construct: 'TeardownWorkflow', resource: 'Function/Resource', reason: RUNTIME },
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownWorkflow',
    resource: 'StateMachine/Role/DefaultPolicy/Resource',
    appliesTo: '^Resource::<.+Arn>:\\*$',
    reason: 'the grant to invoke a function includes its versions',
  },
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownWorkflow',
    resource: 'StateMachine/Role/DefaultPolicy/Resource',
    appliesTo: '^Resource::\\*$',
    reason: 'log delivery and X-Ray do not support resource-level permissions',
  },
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownWorkflow',
    resource: 'Role/DefaultPolicy/Resource',
    appliesTo: '^Resource::\\*$',
    reason: '`rekognition:DescribeProjects` and the network interfaces of a function in a VPC do not support resource-level permissions',
  },
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownWorkflow',
    resource: 'Role/DefaultPolicy/Resource',
    appliesTo: '^Resource::.+/\\*$',
    reason: 'versions are trained after the deployment, and the ARN of a project cannot be derived from that of a version',
  },
];

/** Findings about which AWS leaves no choice. */
export const UNAVOIDABLE: readonly Finding[] = [
  {
    rule: 'AwsSolutions-IAM5',
    construct: 'TeardownProvider',
    resource: 'Role/DefaultPolicy/Resource',
    appliesTo: '^Resource::.+:log-group:.+:\\*$',
    reason: 'only with a `logGroup` that another app defines: the ARN of a log group ends like this',
  },
];

/** What a rule of the packs for NIST, HIPAA and PCI reports. */
export interface PackFinding {
  /** The rule, without the name of its pack. */
  readonly rule: string;
  readonly packs: readonly string[];
  /** The resources, as in `Finding`. */
  readonly resources: readonly string[];
  readonly verdict: string;
}

const NIST = 'NIST.800.53.R5';
const HIPAA = 'HIPAA.Security';
const PCI = 'PCI.DSS.321';
const FUNCTIONS = ['Framework/framework-*/Resource', 'OnEvent/Resource', 'IsComplete/Resource', 'Function/Resource'];

/** All that these packs report, in a provider or in a workflow. */
export const PACKS: readonly PackFinding[] = [
  {
    rule: 'CloudWatchLogGroupEncrypted',
    packs: [NIST, HIPAA, PCI],
    resources: ['LogGroup/Resource'],
    verdict: 'CloudWatch Logs encrypts every log, but not with a key of yours. The log has names and ARNs of '
      + 'models, and no contents. If you need your own key, pass a `logGroup` with an `encryptionKey`',
  },
  {
    rule: 'IAMNoInlinePolicy',
    packs: [NIST, HIPAA, PCI],
    resources: [
      'Framework/framework-*/ServiceRole/DefaultPolicy/Resource',
      'Framework/waiter-state-machine/Role/DefaultPolicy/Resource',
      'StateMachine/Role/DefaultPolicy/Resource',
      'Role/DefaultPolicy/Resource',
    ],
    verdict: 'It stays: an inline policy is deleted with its role, and nobody else can attach it. '
      + '`AWS::IAM::RolePolicy` is inline too, but not checked. To manage the '
      + 'roles yourself, use `iam.Role.customizeRoles`',
  },
  {
    rule: 'LambdaConcurrency',
    packs: [NIST, HIPAA],
    resources: FUNCTIONS,
    verdict: 'It stays: a reservation for one function is lost to all others in the account. The handler needs two '
      + 'executions for each teardown that runs',
  },
  {
    rule: 'LambdaDLQ',
    packs: [NIST, HIPAA],
    resources: FUNCTIONS,
    verdict: 'It stays: a request that gets lost fails the operation of CloudFormation, and a round of a workflow is '
      + 'repeated. Nothing is lost unnoticed',
  },
  {
    rule: 'LambdaInsideVPC',
    packs: [NIST, HIPAA, PCI],
    resources: FUNCTIONS,
    verdict: 'It matters if your organization demands it: pass `vpc` to a `TeardownProvider` or a `TeardownWorkflow`. '
      + 'The functions call only AWS APIs and accept no connections',
  },
];

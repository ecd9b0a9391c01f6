import { Aspects, CfnResource, IPropertyInjector, InjectionContext, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ProjectVersionTeardown, TeardownProvider } from '../src';
import { VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';

const ISOLATED = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
const { REKOGNITION, CLOUDFORMATION } = ec2.InterfaceVpcEndpointAwsService;

let stack: Stack;

beforeEach(() => { stack = new Stack(leanApp(), 'Models'); });

function isolatedVpc(id = 'Vpc'): ec2.Vpc {
  return new ec2.Vpc(stack, id, { natGateways: 0, subnetConfiguration: [{ name: 'isolated', ...ISOLATED }] });
}

function teardown(vpc?: ec2.IVpc, securityGroups?: ec2.ISecurityGroup[]): void {
  const provider = new TeardownProvider(stack, 'Provider', vpc && { vpc, vpcSubnets: ISOLATED, securityGroups });
  new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, provider });
}

/** The resources of some types that are deleted after the teardown, and all resources of these types. */
function afterTeardown(...types: string[]): { after: string[]; all: string[] } {
  const template = Template.fromStack(stack);
  const [{ DependsOn: after }] = Object.values(template.findResources('Custom::RekognitionProjectVersionTeardown'));
  return { after, all: types.flatMap(type => Object.keys(template.findResources(`AWS::EC2::${type}`))) };
}

function expectAfterTeardown(count: number, ...types: string[]): void {
  const { after, all } = afterTeardown(...types);
  expect(all).toHaveLength(count);
  expect(after).toEqual(expect.arrayContaining(all));
}

test('the endpoints of the VPC are deleted after the teardown, wherever they are defined', () => {
  const vpc = isolatedVpc();
  vpc.addInterfaceEndpoint('Inside', { service: REKOGNITION });
  teardown(vpc);
  new ec2.InterfaceVpcEndpoint(stack, 'Beside', { vpc, service: CLOUDFORMATION });
  new ec2.GatewayVpcEndpoint(stack, 'Gateway', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3 });
  expectAfterTeardown(3, 'VPCEndpoint');
});

test('the security group rules that let traffic of the functions out are deleted after the teardown', () => {
  const vpc = isolatedVpc();
  const group = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
  teardown(vpc, [group]);
  vpc.addInterfaceEndpoint('Endpoint', { service: REKOGNITION, open: false }).connections.allowDefaultPortFrom(group);
  expectAfterTeardown(2, 'SecurityGroupIngress', 'SecurityGroupEgress');
});

test('routes and gateways outside the VPC construct are deleted after the teardown', () => {
  const vpc = isolatedVpc();
  teardown(vpc);
  const internet = new ec2.CfnInternetGateway(stack, 'Internet');
  const attachment = new ec2.CfnVPCGatewayAttachment(stack, 'Attachment', { vpcId: vpc.vpcId, internetGatewayId: internet.ref });
  vpc.isolatedSubnets.forEach(({ routeTable }, index) => {
    const route = new ec2.CfnRoute(stack, `Route${index}`, { routeTableId: routeTable.routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: internet.ref });
    route.addDependency(attachment);
  });
  expectAfterTeardown(vpc.isolatedSubnets.length + 1, 'Route', 'VPCGatewayAttachment');
});

test('resources of another VPC are not ordered', () => {
  teardown(isolatedVpc());
  isolatedVpc('Other').addInterfaceEndpoint('Endpoint', { service: REKOGNITION });
  const { after, all } = afterTeardown('VPCEndpoint', 'VPC');
  expect(all.filter(id => after.includes(id))).toEqual([expect.stringMatching(/^Vpc/)]);
});

test('the endpoints that a stack adds to an imported VPC are deleted after the teardown', () => {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', availabilityZones: ['a'], isolatedSubnetIds: ['subnet-1'] });
  teardown(vpc, [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')]);
  new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc, service: REKOGNITION });
  new ec2.CfnSecurityGroupEgress(stack, 'Egress', { groupId: 'sg-1', ipProtocol: 'tcp' });
  new ec2.CfnSecurityGroupEgress(stack, 'Other', { groupId: 'sg-2', ipProtocol: 'tcp' });
  expectAfterTeardown(1, 'VPCEndpoint');
  expect(afterTeardown().after).toContain('Egress');
  expect(afterTeardown().after).not.toContain('Other');
});

test('a resource that depends on the teardown itself is not ordered before it', () => {
  const vpc = isolatedVpc();
  teardown(vpc);
  const rule = new ec2.CfnSecurityGroupEgress(stack, 'Rule', { groupId: new ec2.SecurityGroup(stack, 'Group', { vpc }).securityGroupId, ipProtocol: 'tcp' });
  rule.node.addDependency(stack.node.findChild('Model'));
  expect(afterTeardown().after).not.toContain('Rule');
});

describe('functions that are put into a VPC from outside', () => {
  /** Puts every function into a VPC, as a platform team may do. */
  class IntoVpc implements IPropertyInjector {
    readonly constructUniqueId = lambda.Function.PROPERTY_INJECTION_ID;

    constructor(private readonly vpc: () => ec2.IVpc) {}

    inject(originalProps: lambda.FunctionProps, _: InjectionContext): lambda.FunctionProps {
      return { ...originalProps, vpc: this.vpc(), vpcSubnets: ISOLATED };
    }
  }

  const mayRunThere = () => JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::RolePolicy')).includes('ec2:CreateNetworkInterface');

  test('by a property injector may run there, and their network outlives a teardown', () => {
    const vpc = isolatedVpc();
    PropertyInjectors.of(stack).add(new IntoVpc(() => vpc));
    teardown();
    vpc.addInterfaceEndpoint('Endpoint', { service: REKOGNITION });
    expect(mayRunThere()).toBe(true);
    expectAfterTeardown(1, 'VPCEndpoint');
  });

  test('by an aspect may run there, and their network outlives a teardown', () => {
    const vpc = isolatedVpc();
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
    Aspects.of(stack).add({
      visit: node => {
        if (!(node instanceof lambda.CfnFunction)) return;
        node.vpcConfig = { subnetIds: vpc.isolatedSubnets.map(({ subnetId }) => subnetId), securityGroupIds: [group.securityGroupId] };
      },
    });
    teardown();
    vpc.addInterfaceEndpoint('Endpoint', { service: REKOGNITION });
    expect(mayRunThere()).toBe(true);
    expectAfterTeardown(1, 'VPCEndpoint');
  });

  test('have the permission before they exist', () => {
    teardown(isolatedVpc());
    const template = Template.fromStack(stack);
    const [interfaces] = Object.keys(template.findResources('AWS::IAM::RolePolicy')).filter(id => id.startsWith('ProviderNetworkInterfaces'));
    const handlers = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'index.isComplete' } }));
    expect(handlers.map(({ DependsOn }) => DependsOn.includes(interfaces))).toEqual([true]);
  });

  test('need none of that outside a VPC', () => {
    teardown();
    new CfnResource(stack, 'Vpc', { type: 'AWS::EC2::VPC' });
    expect(mayRunThere()).toBe(false);
    expect(afterTeardown().after).not.toContain('Vpc');
  });
});

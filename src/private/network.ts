import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { resourcesOfStack } from './late-dependencies';
import { mayOverride, rendered } from './rendered';

/** The resource types that form the route from a function in a VPC to the APIs that it calls. */
const TYPES = new Set([
  'EgressOnlyInternetGateway', 'NatGateway', 'NetworkAcl', 'NetworkAclEntry', 'Route', 'RouteTable', 'SecurityGroup', 'SecurityGroupEgress',
  'SecurityGroupIngress', 'Subnet', 'SubnetNetworkAclAssociation', 'SubnetRouteTableAssociation', 'TransitGatewayAttachment', 'VPC', 'VPCCidrBlock',
  'VPCEndpoint', 'VPCGatewayAttachment', 'VPCPeeringConnection',
].map(name => `AWS::EC2::${name}`));

/** A part of a network, and what it refers to. */
interface Part {
  readonly resource: CfnResource;
  readonly id: string;
  readonly names: string[];
  readonly vpc: string[];
}

/**
 * The resources in the stack of functions that belong to their VPC, wherever they are defined. Without them, the functions could not
 * respond to CloudFormation, which would wait for an hour.
 *
 * @param vpcId The VPC, as far as it is known.
 */
export function networkOf(functions: CfnFunction[], vpcId?: string): CfnResource[] {
  const stack = Stack.of(functions[0]);
  const configurations = functions.map(configurationOf).filter(configuration => configuration !== undefined);
  if (configurations.length === 0) return [];

  const parts = resourcesOfStack(stack, ({ cfnResourceType }) => TYPES.has(cfnResourceType)).map(partOf);
  // from the functions to their subnets and groups, from these to the VPC, and from there to everything that belongs to it.
  const network = new Set(namesIn([configurations, stack.resolve(vpcId)]));
  for (const { vpc } of parts.filter(({ id }) => network.has(id))) vpc.forEach(name => network.add(name));
  for (let size = 0; size !== network.size;) {
    size = network.size;
    for (const { id } of parts.filter(({ names }) => names.some(name => network.has(name)))) network.add(id);
  }
  return parts.filter(({ id }) => network.has(id)).map(({ resource }) => resource);
}

/** The VPC configuration of a function, whether the app, a property injector or an aspect set it. */
export function configurationOf(resource: CfnFunction): unknown {
  return resource.vpcConfig === undefined && !mayOverride(resource, 'Properties') ? undefined : rendered(resource).Properties?.VpcConfig;
}

function partOf(resource: CfnResource): Part {
  const { Properties: properties = {} } = rendered(resource);
  return { resource, id: Stack.of(resource).resolve(resource.logicalId), names: namesIn(properties), vpc: namesIn(properties.VpcId) };
}

/** The logical ids that a rendered value refers to, and the ids of resources of other stacks. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^(vpc|subnet|sg|rtb|acl|tgw)-/.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref') return [item];
    return key === 'Fn::GetAtt' ? [[item].flat()[0].split('.')[0]] : namesIn(item);
  });
}

import { randomBytes, randomUUID } from 'node:crypto';
import { generatedName } from '../resource-type';
import type { Resource, ResourceState } from '../stack';
import type { ResourceSchema } from './schema';

/** The names of one resource, from which its attributes are made. */
interface Identity {
  readonly kind: string;
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  /** The attributes that are this name, id or ARN itself, not those of something else. */
  readonly own: ReadonlySet<string>;
}

// the shortest limit of the types with a long generated name: [cited] S3 User Guide, bucket naming rules.
const MAX_NAME_LENGTH = 63;

/** [cited] CloudFormation reference, the examples of the return values of each type. */
const EC2_PREFIXES: { readonly [kind: string]: string | undefined } = {
  EIP: 'eipalloc',
  FlowLog: 'fl',
  Instance: 'i',
  InternetGateway: 'igw',
  LaunchTemplate: 'lt',
  NatGateway: 'nat',
  NetworkAcl: 'acl',
  NetworkInterface: 'eni',
  RouteTable: 'rtb',
  SecurityGroup: 'sg',
  SecurityGroupEgress: 'sgr',
  SecurityGroupIngress: 'sgr',
  Subnet: 'subnet',
  SubnetRouteTableAssociation: 'rtbassoc',
  Volume: 'vol',
  VPC: 'vpc',
  VPCEndpoint: 'vpce',
};

/** [cited] Service Authorization Reference: the ARNs of types whose schema has none. */
const ARNS: { readonly [type: string]: string | undefined } = {
  'AWS::Scheduler::Schedule': 'arn:${Partition}:scheduler:${Region}:${Account}:schedule/${GroupName}/${Name}',
  'AWS::Lambda::Alias': 'arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:${Name}',
  'AWS::Lambda::LayerVersion': 'arn:${Partition}:lambda:${Region}:${Account}:layer:${LayerName}:1',
  'AWS::Lambda::Version': 'arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:1',
};

/** [assumed] what an attribute looks like, by the end of its name. The first rule that matches counts. */
const FORMATS: readonly (readonly [RegExp, (identity: Identity, attribute: string) => string])[] = [
  [/A(rn|RN)$/, (identity, attribute) => identity.own.has(attribute) ? identity.arn
    : arn(identity, `${hyphenated(attribute.replace(/\.?A(rn|RN)$/, ''))}/${randomBytes(5).toString('hex')}`)],
  [/(D(omain|NS)Name|Endpoint|Address)$/, host],
  [/(U[rR][lLiI])$/, ({ service, region, account, name }) => `https://${service}.${region}.amazonaws.com/${account}/${name}`],
  [/SecurityGroup(Id)?$/, () => ec2Id('sg')],
  [/NetworkAcl(Id)?$/, () => ec2Id('acl')],
  [/(I[dD]|Identifier)$/, ({ own, id }, attribute) => own.has(attribute) ? id : randomBytes(5).toString('hex')],
  [/(At|Time|Timestamp|Date)$/, () => new Date(0).toISOString()],
  [/Version$/, () => '1'],
  [/Port$/, () => '443'],
  // [cited] RFC 5737: an address for documentation.
  [/Ip$/, () => '203.0.113.1'],
  [/CidrBlock$/, () => '10.0.0.0/16'],
  [/Zone$/, ({ region }) => `${region}a`],
  [/(Status|State)$/, () => 'ACTIVE'],
];

/** The physical id and the attributes of a resource that is only recorded, as its schema describes them. */
export function identify(schema: ResourceSchema, resource: Resource): ResourceState {
  const { properties } = resource;
  const identifiers = schema.cfnRefIdentifier ?? schema.primaryIdentifier ?? [];
  const nameProperty = ['Name', `${schema.name}Name`].find(name => name in schema.properties)
    ?? identifiers.filter(name => name in schema.properties && !schema.properties[name].required).at(-1);
  const identity = identityOf(resource, {
    arn: ARNS[resource.type] ?? schema.arnTemplate,
    name: nameProperty && properties[nameProperty],
    own: [...identifiers, ...schema.primaryIdentifier ?? [], nameProperty ?? 'Name'],
  });
  const attributes = Object.fromEntries(Object.entries(schema.attributes)
    .map(([name, { type }]) => [name, value(identity, resource, name, type)]));
  const ids = identifiers.map(name => name === nameProperty ? identity.name : properties[name] ?? attributes[name]);
  // [cited] Cloud Control API User Guide, "Identifying resources": the parts of a composite identifier, separated by |.
  const physicalId = ids.filter(id => id !== undefined).join('|') || identity.name;
  return { physicalId, attributes };
}

/** An attribute of a custom resource that is only recorded. */
export function recordedAttribute(resource: Resource, attribute: string): unknown {
  return value(identityOf(resource, { name: resource.physicalId, own: [] }), resource, attribute, { type: 'string' });
}

/** What the schema says about names. */
interface Naming {
  readonly name?: string;
  readonly arn?: string;
  readonly own: readonly string[];
}

function identityOf(resource: Resource, { name, arn: template, own }: Naming): Identity {
  const { stack, logicalId, type, properties } = resource;
  const [, group = '', kind = ''] = type.split('::');
  const generated = generatedName(stack, logicalId, MAX_NAME_LENGTH);
  const identity = {
    ...stack.environment,
    kind,
    service: template?.split(':')[2] ?? group.toLowerCase(),
    name: name ?? (group === 'S3' ? generated.toLowerCase() : generated),
    id: idOf(group, kind, name ?? kind, stack.environment.region),
    own: new Set([...own, 'Arn', 'Id', 'Name', ...['Arn', 'Id', 'Name'].map(end => kind + end)]),
  };
  const { region, account } = identity;
  const values: { readonly [name: string]: string } = { Partition: 'aws', Region: region, Account: account, GroupName: 'default' };
  const full = template?.replace(/\$\{(\w+)\}/g, (_, variable: string) =>
    properties[variable] ?? values[variable] ?? (/I[dD]$/.test(variable) ? identity.id : identity.name));
  return { ...identity, arn: full ?? arn(identity, `${hyphenated(kind)}/${name ?? identity.id}`) };
}

function value(identity: Identity, resource: Resource, attribute: string, { type: shape, element }: any): unknown {
  const { properties, type } = resource;
  const given = properties[attribute];
  if (given !== undefined) return given;
  switch (shape) {
    case 'boolean': return false;
    case 'integer': case 'number': return 1;
    case 'array':
      return element.type === 'string' ? [text(identity, properties, type, attribute.replace(/s$/, ''))] : [];
    case 'string': return text(identity, properties, type, attribute);
    default: return {};
  }
}

function text(identity: Identity, properties: Resource['properties'], type: string, attribute: string): string {
  // [cited] AWS::EC2::Route and AWS::SecretsManager::Secret, return values.
  if (attribute === 'CidrBlock' && properties.DestinationCidrBlock) return properties.DestinationCidrBlock;
  if (type === 'AWS::SecretsManager::Secret' && attribute === 'Id') return identity.arn;
  const leaf = attribute.split('.').at(-1)!;
  const [, format] = FORMATS.find(([end]) => end.test(leaf)) ?? [];
  return format ? format(identity, leaf) : identity.name;
}

/** [cited] CloudFormation reference, the examples of the return values of each type. */
function idOf(group: string, kind: string, name: string, region: string): string {
  switch (group) {
    case 'EC2': return ec2Id(EC2_PREFIXES[kind] ?? hyphenated(kind));
    case 'KMS': return randomUUID();
    case 'Cognito':
      return kind === 'UserPool' ? `${region}_${randomBytes(5).toString('hex').slice(1)}` : randomBytes(13).toString('hex');
    case 'SecretsManager': return `${name}-${randomBytes(3).toString('hex')}`;
    default: return randomBytes(5).toString('hex');
  }
}

function ec2Id(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

function arn({ service, region, account }: Pick<Identity, 'service' | 'region' | 'account'>, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function host({ name, service, region }: Identity, attribute: string): string {
  const isGlobal = service === 's3' && attribute === 'DomainName';
  return isGlobal ? `${name}.s3.amazonaws.com` : `${name}.${service}.${region}.amazonaws.com`;
}

function hyphenated(words: string): string {
  return words.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
}

import { isTrue, references, resolve, Scope } from '../../sandbox/cloudformation/intrinsics';

const scope: Scope = {
  mappings: { Sizes: { small: { units: 1, zones: ['a', 'b'] } } },
  ref: name => (({ 'Stage': 'prod', 'Zones': ['a', 'b'], 'Queue': 'queue-1', 'AWS::Region': 'us-east-1', 'AWS::NoValue': undefined }) as any)[name],
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  condition: name => name === 'Yes',
  importValue: name => `value of ${name}`,
  stackOutput: (stack, output, region = 'here') => `${output} of ${stack} in ${region}`,
  region: 'us-east-1',
};

test.each<[string, unknown, unknown]>([
  ['Ref', { Ref: 'Queue' }, 'queue-1'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
  ['GetAtt as a string', { 'Fn::GetAtt': 'Stack.Outputs.Name' }, 'Stack/Outputs.Name'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-prod-1'],
  ['Join of a list', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
  ['Split', { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }, ['Queue', 'Arn']],
  ['Select', { 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
  ['Sub', { 'Fn::Sub': '${AWS::Region}:${Queue}:${Queue.Arn}:${!Literal}' }, 'us-east-1:queue-1:Queue/Arn:${Literal}'],
  ['Sub with variables', { 'Fn::Sub': ['${Own}-${Stage}', { Own: { Ref: 'Queue' } }] }, 'queue-1-prod'],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'units'] }, 1],
  ['If, true', { 'Fn::If': ['Yes', { Ref: 'Stage' }, 'no'] }, 'prod'],
  ['If, false', { 'Fn::If': ['No', { Ref: 'Stage' }, 'no'] }, 'no'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}-x' } }, 'value of prod-x'],
  ['Base64', { 'Fn::Base64': { 'Fn::Sub': 'on ${Stage}' } }, 'b24gcHJvZA=='],
  ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 3, '5'] }, ['10.0.0.0/27', '10.0.0.32/27', '10.0.0.64/27']],
  ['Cidr, 8 bits by default', { 'Fn::Select': [1, { 'Fn::Cidr': ['10.255.0.0/15', 2] }] }, '10.255.1.0/24'],
  ['GetAZs of this Region', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': { Ref: 'Queue' } }] }, 'queue-1a'],
  ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: { Ref: 'Stage' }, OutputName: 'Arn' } }, 'Arn of prod in here'],
  ['no function', { Ref: 'Stage', Other: true }, { Ref: 'Stage', Other: true }],
])('%s is evaluated', (_, value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

test('AWS::NoValue removes the property or the list item', () => {
  expect(resolve({ a: { Ref: 'AWS::NoValue' }, b: [1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }] }, scope)).toEqual({ b: [1] });
});

test.each<[string, unknown, RegExp]>([
  ['an unknown function', { 'Fn::Length': [] }, /Fn::Length is not modeled/],
  ['more blocks than there is room for', { 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, /no room for 2 blocks/],
  ['a block of IPv6', { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, /IPv4 block is not modeled/],
  ['an output through a role', { 'Fn::GetStackOutput': { StackName: 'a', OutputName: 'b', RoleArn: 'r' } }, /with RoleArn is not modeled/],
  ['an index out of range', { 'Fn::Select': [2, { Ref: 'Zones' }] }, /nonexistent value at index 2/],
  ['a missing mapping', { 'Fn::FindInMap': ['Sizes', 'huge', 'units'] }, /Unable to get mapping for Sizes::huge::units/],
  ['a default for a mapping', { 'Fn::FindInMap': ['Sizes', 'huge', 'units', { DefaultValue: 1 }] }, /default value is not modeled/],
  ['a list where text is needed', { 'Fn::Sub': '${Zones}' }, /must be given strings/],
  ['text where a list is needed', { 'Fn::Join': [',', { Ref: 'Stage' }] }, /requires a list/],
])('%s is an error', (_, value, message) => {
  expect(() => resolve(value, scope)).toThrow(message);
});

test.each<[unknown, boolean]>([
  [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, true],
  [{ 'Fn::Equals': ['1', 1] }, true],
  [{ 'Fn::Not': [{ Condition: 'Yes' }] }, false],
  [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
])('the condition %j is %s', (condition, expected) => {
  expect(isTrue(condition, scope)).toBe(expected);
});

test('an unknown condition function is an error', () => {
  expect(() => isTrue({ 'Fn::Contains': [[], ''] }, scope)).toThrow(/a condition that is not modeled/);
});

test('references are found in every function, at any depth', () => {
  const found: string[] = [];
  references({
    a: [{ Ref: 'A' }, { 'Fn::GetAtt': 'B.Arn' }],
    b: { 'Fn::If': ['Yes', { 'Fn::GetAtt': ['C', 'Arn'] }, { 'Fn::Join': ['', [{ Ref: 'D' }]] }] },
    c: { 'Fn::Sub': ['${E} ${F.Arn} ${own} ${!G}', { own: { Ref: 'H' } }] },
  }, name => found.push(name));
  expect(found.sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'H']);
});

import { isArn, targetOf } from '../../../lambda/custom-resource/kinds';
import { PROJECT_ARN, VERSION_ARN } from '../../support/arns';

const OF_VERSION = { ServiceToken: 'token', ProjectVersionArn: VERSION_ARN, ProjectArn: PROJECT_ARN };
const OF_PROJECT = { ServiceToken: 'token', ProjectArn: PROJECT_ARN };
const VERSION = 'Custom::RekognitionProjectVersionTeardown';
const PROJECT = 'Custom::RekognitionProjectTeardown';
const GENERAL = 'AWS::CloudFormation::CustomResource';

test.each([
  [VERSION, OF_VERSION, VERSION, VERSION_ARN],
  [PROJECT, OF_PROJECT, PROJECT, PROJECT_ARN],
  [GENERAL, OF_VERSION, VERSION, VERSION_ARN],
  [GENERAL, OF_PROJECT, PROJECT, PROJECT_ARN],
])('a request for %s with %j is about a %s', (ResourceType, ResourceProperties, type, arn) => {
  expect(targetOf({ ResourceType, ResourceProperties })).toMatchObject({ teardown: { type }, target: { arn } });
});

test('a request of another type is refused', () => {
  expect(() => targetOf({ ResourceType: 'Custom::Other', ResourceProperties: OF_VERSION }))
    .toThrow('The handler does not know the resource type Custom::Other. [invalid]');
});

test.each([[VERSION_ARN, true], [PROJECT_ARN, true], ['Models_Model_ABC', false], [undefined, false]])(
  'whether the handler has set the physical id %s: %s', (physicalResourceId, isIts) => {
    expect(isArn(physicalResourceId)).toBe(isIts);
  });

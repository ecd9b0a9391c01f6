import { findOperation } from '../../../lambda/custody/operation';
import { STACK_ID, VERSION_ARN } from '../../support/arns';
import { awsError, cloudFormation, DescribeStackEventsCommand, DescribeStacksCommand, reset } from '../../support/aws';
import { READING, ReadingRow } from '../../support/reading-rules';
import { entries } from '../../support/record';

const PARENT_ID = STACK_ID.replace('Models', 'Parent');
const PATIENCE = 90_000;

/** Answers what a row says. */
function enter({ events, type, parent, age = 0, stack }: ReadingRow): void {
  reset();
  const end = Date.now() - 1000 * age;
  cloudFormation.on(DescribeStackEventsCommand, { StackName: STACK_ID }).callsFake(() => {
    if (!events) throw awsError('ValidationError', 'The response contains control characters or otherwise invalid characters');
    const own = entries(events, { end });
    return { StackEvents: (type ? own.map(event => event.ResourceStatus === 'DELETE_IN_PROGRESS' ? { ...event, ResourceType: 'AWS::CloudFormation::CustomResource' } : event) : own).reverse() };
  });
  cloudFormation.on(DescribeStackEventsCommand, { StackName: PARENT_ID }).callsFake(() => {
    if (parent === 'gone') throw awsError('ValidationError', `Stack [${PARENT_ID}] does not exist`);
    return { StackEvents: entries(parent!, { stackId: PARENT_ID, end }).reverse() };
  });
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName: StackId }) => ({
    Stacks: [{ StackId, ...stack, ParentId: parent && StackId === STACK_ID ? PARENT_ID : undefined }],
  }));
}

/** What a Delete finds after that time of polling. */
async function read(waited: number): Promise<'found' | 'unclear'> {
  const found = await findOperation({
    stackId: STACK_ID,
    resourceType: 'Custom::RekognitionProjectVersionTeardown',
    logicalResourceId: 'Model',
    physicalResourceId: VERSION_ARN,
    requestedAt: Date.now(),
    trigger: 'STACK_DELETION',
  }, waited);
  return 'shown' in found ? 'unclear' : 'found';
}

beforeEach(() => { jest.useFakeTimers({ now: Date.UTC(2026, 10, 29), doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] }); });
afterEach(() => { jest.useRealTimers(); });

test.each(READING.map(row => [row.says, row.before, row.after, row] as const))('when the events show %s: %s, and %s after 90 seconds', async (_, before, after, row) => {
  enter(row);
  expect({ before: await read(PATIENCE - 1), after: await read(PATIENCE) }).toEqual({ before, after });
});

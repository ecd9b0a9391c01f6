import { CloudWatchLogs } from '../../sandbox/cloudwatch-logs';

const ARN = 'arn:aws:logs:us-east-1:111122223333:log-group:handler';
let logs: CloudWatchLogs;
const call = (operation: string, input: object) => logs.handle(operation, input) as any;
const messages = (input: object) => call('FilterLogEvents', { logGroupName: 'handler', ...input }).events
  .map(({ message }: { message: string }) => message);

beforeEach(() => {
  logs = new CloudWatchLogs({ account: '111122223333', region: 'us-east-1', now: () => 1000 });
  logs.create('handler');
  const lines = ['{"message":"step"}', '{"message":"kept"}', '{"message":"kept","because":"the stack is rolled back"}'];
  lines.forEach((text, index) => {
    const logStreamName = index === 0 ? '2026/[$LATEST]a' : '2026/[$LATEST]b';
    logs.add({ time: 2000 + index, text, functionName: 'f', logGroupName: 'handler', logStreamName });
  });
});

test('the events of a group are found by its name or ARN, by stream, time and terms', () => {
  expect(call('FilterLogEvents', { logGroupName: 'handler', limit: 1 })).toEqual({
    events: [{
      timestamp: 2000,
      ingestionTime: 2000,
      message: '{"message":"step"}',
      logStreamName: '2026/[$LATEST]a',
      eventId: '00000000000000000000',
    }],
    searchedLogStreams: [],
    nextToken: '1',
  });
  expect(messages({ limit: 1, nextToken: '1' })).toEqual(['{"message":"kept"}']);
  expect(messages({ logGroupName: undefined, logGroupIdentifier: `${ARN}:*` })).toHaveLength(3);
  expect(messages({ filterPattern: 'kept' })).toHaveLength(2);
  expect(messages({ filterPattern: 'kept "rolled back"' })).toHaveLength(1);
  expect(messages({ filterPattern: 'Kept' })).toEqual([]);
  expect(messages({ startTime: 2001, endTime: 2001 })).toEqual(['{"message":"kept"}']);
  expect(messages({ logStreamNames: ['2026/[$LATEST]b'] })).toHaveLength(2);
  expect(messages({ logStreamNamePrefix: '2025' })).toEqual([]);
});

const UNKNOWN = ['{ $.message = "kept" }', '?kept ?step', '-kept', '%kept%'];
test.each(UNKNOWN)('the pattern %s, which is not modeled, is refused rather than ignored', filterPattern => {
  expect(() => messages({ filterPattern })).toThrow(`not ${filterPattern}`);
});

test('groups and streams are listed', () => {
  logs.create('another');
  const names = (input: object) => call('DescribeLogGroups', input).logGroups
    .map(({ logGroupName }: { logGroupName: string }) => logGroupName);
  expect(names({})).toEqual(['another', 'handler']);
  expect(names({ logGroupNamePrefix: 'hand' })).toEqual(['handler']);
  expect(names({ logGroupNamePattern: 'NOTH' })).toEqual(['another']);
  expect(call('DescribeLogGroups', { logGroupNamePrefix: 'handler' }).logGroups[0]).toMatchObject({
    creationTime: 1000, arn: `${ARN}:*`, logGroupArn: ARN,
  });
  const prefix = { logGroupName: 'handler', logStreamNamePrefix: '2026/[$LATEST]b' };
  expect(call('DescribeLogStreams', prefix).logStreams).toEqual([
    { logStreamName: '2026/[$LATEST]b', creationTime: 2001, firstEventTimestamp: 2001, lastEventTimestamp: 2002 },
  ]);
});

test('a group that does not exist, or not any more, is an error', () => {
  logs.delete('handler');
  expect(() => messages({})).toThrow('The specified log group does not exist.');
  expect(() => call('FilterLogEvents', {})).toThrow('The specified log group does not exist.');
});

test('a function creates its group when it writes the first line', () => {
  logs.add({ time: 3000, text: 'x', functionName: 'f', logGroupName: '/aws/lambda/f', logStreamName: 's' });
  expect(messages({ logGroupName: '/aws/lambda/f' })).toEqual(['x']);
});

test('an operation that is not modeled is named, and needs a permission on the group', () => {
  expect(() => call('PutLogEvents', {})).toThrow('does not know the operation PutLogEvents of CloudWatch Logs');
  expect(logs.permissions('FilterLogEvents', { logGroupName: 'handler' })).toEqual([
    { action: 'logs:FilterLogEvents', resource: 'arn:aws:logs:us-east-1:111122223333:log-group:handler' },
  ]);
});

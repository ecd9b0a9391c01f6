import { CallFailure, isFailure } from '../../../lambda/aws/errors';
import { shorten, TeardownError } from '../../../lambda/failure';
import { awsError } from '../../support/aws';

/** The response that the provider framework makes from an error. */
function response(error: Error): string {
  const name = 'n'.repeat(255);
  return JSON.stringify({
    Status: 'FAILED',
    Reason: `${error.message}\n\nLogs: /aws/lambda/${'f'.repeat(64)}\n${error.stack!.split('\n').slice(1).join('\n')}`,
    StackId: `arn:aws:cloudformation:us-gov-west-1:111122223333:stack/${'s'.repeat(128)}/0aa1bb2c-0000-4000-8000-000000000001`,
    RequestId: '3f0a9a5e-0000-4000-8000-000000000002',
    PhysicalResourceId: `arn:aws-us-gov:rekognition:us-gov-west-1:111122223333:project/${name}/version/${name}/1769817600000`,
    LogicalResourceId: 'l'.repeat(255),
  });
}

test.each(['x', 'ä', '€', '𝒳', '"'])('a message of any length in %s stays under the 4,096 bytes that CloudFormation accepts', character => {
  const error = new TeardownError(character.repeat(5000));
  expect(Buffer.byteLength(response(error))).toBeLessThanOrEqual(4096);
  expect(error.message).toMatch(/^.+\.\.\.$/u);
  expect(error.message).not.toContain('\uFFFD');
});

test('a short message is unchanged, in one line and without a stack trace', () => {
  const error = new TeardownError('first\n  second');
  expect(error.message).toBe('first second');
  expect(error.stack).toBe('TeardownError: first second');
});

test.each([
  ['control characters', 'a\u0000b\u0001\u001b[31mc\u007f\u0085d\r\n\te', 'a b [31mc d e'],
  ['lone surrogates', 'a\uD835b\uDCB3c 𝒳', 'a\uFFFDb\uFFFDc 𝒳'],
  ['characters that XML does not know', 'a\uFFFEb\uFFFFc', 'a\uFFFDb\uFFFDc'],
])('a message contains no %s', (_, text, clean) => {
  const error = new TeardownError(text);
  expect(error.message).toBe(clean);
  expect(error.stack).toBe(`TeardownError: ${clean}`);
});

test('a message is shortened to exactly the bytes that it may have as JSON', () => {
  expect(shorten('12345678', 8)).toBe('12345678');
  expect(shorten('123456789', 8)).toBe('12345...');
  expect(shorten('"'.repeat(5), 10)).toBe('"'.repeat(5));
  expect(shorten('"'.repeat(6), 10)).toBe(`${'"'.repeat(3)}...`);
});

test.each([
  ['ResourceNotFoundException', 'gone'], ['ResourceInUseException', 'conflict'], ['InvalidParameterException', 'conflict'],
  ['AccessDeniedException', 'denied'], ['AccessDenied', 'denied'], ['UnrecognizedClientException', 'denied'], ['InvalidClientTokenId', 'denied'],
  ['ExpiredTokenException', 'denied'], ['ExpiredToken', 'denied'],
  ['InternalServerError', 'transient'], ['InvalidPaginationTokenException', 'transient'], ['ThrottlingException', 'transient'], ['TimeoutError', 'transient'],
  ['ValidationException', 'fatal'], ['TypeError', 'fatal'],
] as const)('%s is classified as %s', (name, kind) => {
  const failure = new CallFailure('rekognition:DeleteProject', 'arn', awsError(name));
  expect(failure.kind).toBe(kind);
  expect(isFailure(failure, kind)).toBe(true);
});

test.each([
  ['ValidationError', 'Stack [Models] does not exist', 'gone'], ['ValidationError', 'Stack [does not exist] is odd', 'fatal'], ['ValidationException', 'it does not exist', 'fatal'],
])('a stack is gone only if CloudFormation says so: %s: %s', (name, message, kind) => {
  expect(new CallFailure('cloudformation:DescribeStacks', 'arn', awsError(name, message)).kind).toBe(kind);
});

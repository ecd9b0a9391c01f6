import { StackStatus } from '@aws-sdk/client-cloudformation';
import { judge } from '../../lambda/custody';

const STATUSES = [...Object.values(StackStatus), 'SOMETHING_NEW', undefined] as StackStatus[];

test.each(STATUSES)('when the outermost stack is in %s, only a deletion or the clean-up after a success acts', StackStatus => {
  expect(judge({ StackStatus }, 'STACK_DELETION').act).toBe(StackStatus === 'DELETE_IN_PROGRESS');
  expect(judge({ StackStatus }, 'RESOURCE_REMOVAL').act).toBe(['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'].includes(StackStatus));
});

test('a creation that fails with OnFailure=DELETE is no deletion of the stack', () => {
  const StackStatusReason = 'The following resource(s) failed to create: [Queue]. Delete requested by user.';
  expect(judge({ StackStatus: 'DELETE_IN_PROGRESS', StackStatusReason }, 'RESOURCE_REMOVAL').act).toBe(false);
});

test('a stack whose creation failed earlier can be deleted', () => {
  expect(judge({ StackStatus: 'DELETE_IN_PROGRESS', StackStatusReason: 'User Initiated' }, 'STACK_DELETION').act).toBe(true);
});

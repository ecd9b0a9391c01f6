import { deletionOf, rootStackId } from '../../../lambda/custom-resource/teardown';
import { STACK_ID, VERSION_ARN } from '../../support/arns';
import { deleteEvent } from '../../support/events';

test('the outermost stack is the one in the properties, or that of the request if an older release did not name it', () => {
  const root = STACK_ID.replace('Models', 'Root');
  expect(rootStackId(deleteEvent({ RootStackId: root }))).toBe(root);
  expect(rootStackId(deleteEvent({ RootStackId: undefined }))).toBe(STACK_ID);
});

test('a Delete is identified by its stack, type, ids and time', () => {
  const event = deleteEvent({}, { StartedAt: '2026-01-02T03:04:05.000Z' });
  expect(deletionOf(event, event.ResourceType, { trigger: 'STACK_DELETION' })).toEqual({
    stackId: STACK_ID,
    resourceType: event.ResourceType,
    logicalResourceId: event.LogicalResourceId,
    physicalResourceId: VERSION_ARN,
    requestedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    trigger: 'STACK_DELETION',
  });
});

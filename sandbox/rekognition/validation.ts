import { NotModeled, ServiceError } from '../service';
import { OPERATIONS, problemsOf, unknownMember } from './service-model';

/**
 * Throws a ValidationException unless the input conforms to the service model.
 * [assumed] the same error for every kind of mistake; the API reference mentions it for MaxResults only.
 */
export function validate(operation: string, input: object): void {
  const model = OPERATIONS[operation];
  if (!model) throw new NotModeled(`the sandbox does not know Rekognition's operation ${operation}`);
  const unknown = unknownMember(input, model.input);
  if (unknown !== undefined) throw new NotModeled(`the sandbox does not know the member ${unknown} of the input of ${operation}`);

  const problems = problemsOf(input, model.input);
  if (problems.length === 0) return;
  const count = `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected`;
  // [assumed] the wording, which follows that of other AWS services from memory.
  throw new ServiceError('ValidationException', `${count}: ${problems.join('; ')}`);
}

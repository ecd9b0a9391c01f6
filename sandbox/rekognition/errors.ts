import { ServiceError } from '../service';

// The messages are [cited] Rekognition developer guide, "Error handling". Each place that throws one has a mark of its own.

export const resourceInUse = () => new ServiceError('ResourceInUseException', 'Specified resource is in use.');

// [assumed] the guide says "Various messages".
export const notFound = (arn: string) => new ServiceError('ResourceNotFoundException', `The resource ${arn} does not exist.`);

export const invalidParameter = (why?: string) =>
  new ServiceError('InvalidParameterException', why ? `Request has invalid parameters. ${why}` : 'Request has invalid parameters.');

export const limitExceeded = (message: string) => new ServiceError('LimitExceededException', message);

export const alreadyExists = (message: string) => new ServiceError('ResourceAlreadyExistsException', message);

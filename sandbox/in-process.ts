import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as rekognitionSdk from '@aws-sdk/client-rekognition';
import { ServiceError } from './service';

export type ServiceName = 'rekognition' | 'cloudformation';

export interface Command {
  readonly input: object;
  readonly constructor: { readonly name: string };
}

/** Executes an SDK command without HTTP. `call` returns the output of the service, or throws its `ServiceError`. */
export async function inProcess(
  service: ServiceName, command: Command, call: (operation: string, input: object) => object | Promise<object>,
): Promise<object> {
  // undefined members are not sent.
  const input = Object.fromEntries(Object.entries(command.input).filter(([, value]) => value !== undefined));
  try {
    return { ...await call(command.constructor.name.replace('Command', ''), input), $metadata: {} };
  } catch (error) {
    throw error instanceof ServiceError ? exception(service, error) : error;
  }
}

/** The exception that the SDK throws for an error response. */
function exception(service: ServiceName, { code, message, status }: ServiceError): Error {
  const details = { name: code, message, $fault: status < 500 ? 'client' as const : 'server' as const, $metadata: { httpStatusCode: status } };
  if (service === 'cloudformation') return new cloudFormationSdk.CloudFormationServiceException(details);
  const Exception = (rekognitionSdk as { [name: string]: any })[code] ?? rekognitionSdk.RekognitionServiceException;
  return new Exception(details);
}

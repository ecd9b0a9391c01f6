import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as rekognitionSdk from '@aws-sdk/client-rekognition';
import { ServiceError } from '../../sandbox/service';

/** Makes a call; what comes back is the service's answer or its `ServiceError`. */
export type Send = (service: 'rekognition' | 'cloudformation', operation: string, input: object) => Promise<object>;

interface Command {
  readonly input: object;
  readonly constructor: { readonly name: string };
}

/** The SDK's modules, by name, with clients that send everything this way. */
export function sdk(send: Send): (name: string) => object | undefined {
  const modules = new Map<string, object>();
  return name => {
    if (!name.startsWith('@aws-sdk/client-')) return undefined;
    const module = modules.get(name) ?? clientsOf(name, send);
    modules.set(name, module);
    return module;
  };
}

function clientsOf(name: string, send: Send): object {
  switch (name) {
    case '@aws-sdk/client-rekognition': return { ...rekognitionSdk, RekognitionClient: rekognitionClient(send) };
    case '@aws-sdk/client-cloudformation': return {
      ...cloudFormationSdk,
      CloudFormationClient: class extends cloudFormationSdk.CloudFormationClient {
        override send(command: any): any {
          return answer(send, 'cloudformation', command);
        }
      },
    };
    default: throw new Error(`the benchmark does not know the client ${name}`);
  }
}

/** A class of clients that send everything this way. */
export function rekognitionClient(send: Send): typeof rekognitionSdk.RekognitionClient {
  return class extends rekognitionSdk.RekognitionClient {
    override send(command: any): any {
      return answer(send, 'rekognition', command);
    }
  };
}

async function answer(send: Send, service: 'rekognition' | 'cloudformation', command: Command): Promise<object> {
  // what is undefined is not on the wire.
  const input = Object.fromEntries(Object.entries(command.input).filter(([, value]) => value !== undefined));
  try {
    return { ...await send(service, command.constructor.name.replace('Command', ''), input), $metadata: {} };
  } catch (error) {
    throw error instanceof ServiceError ? exception(service, error) : error;
  }
}

/** The exception that the SDK makes of an error answer. */
function exception(service: string, { code, message, status }: ServiceError): Error {
  const details = { name: code, message, $fault: status < 500 ? 'client' as const : 'server' as const, $metadata: { httpStatusCode: status } };
  if (service === 'cloudformation') return new cloudFormationSdk.CloudFormationServiceException(details);
  const Exception = (rekognitionSdk as { [name: string]: any })[code] ?? rekognitionSdk.RekognitionServiceException;
  return new Exception(details);
}

import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as rekognitionSdk from '@aws-sdk/client-rekognition';
import { inProcess, ServiceName } from '../../sandbox/in-process';

/** Makes a call; resolves to the service's answer or to its `ServiceError`. */
export type Send = (service: ServiceName, operation: string, input: object) => Promise<object>;

/** The modules of the SDK, by name, with clients that send everything through `send`. */
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
          return inProcess('cloudformation', command, (operation, input) => send('cloudformation', operation, input));
        }
      },
    };
    default: throw new Error(`the benchmark does not know the client ${name}`);
  }
}

/** A class of clients that send everything through `send`. */
export function rekognitionClient(send: Send): typeof rekognitionSdk.RekognitionClient {
  return class extends rekognitionSdk.RekognitionClient {
    override send(command: any): any {
      return inProcess('rekognition', command, (operation, input) => send('rekognition', operation, input));
    }
  };
}

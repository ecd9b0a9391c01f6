import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { ServiceError } from '../service';
import { ResourceFailure, UpdateRefused } from './errors';
import { generatedName, ResourceType } from './resource-type';
import { whyRecorded } from './resources/cdk-custom-resources';
import type { CloudFormationSettings } from './settings';
import type { Resource, ResourceState } from './stack';

/** Runs the function behind a ServiceToken. */
interface Functions {
  has(nameOrArn: string): boolean;
  /** Why the function cannot run here. Without it, all can. */
  obstacle?(nameOrArn: string): string | undefined;
  invoke(nameOrArn: string, payload: string): Promise<{ payload: string; functionError?: string }>;
}

/** Where responses arrive. */
interface Responses {
  expect(onResponse: (body: string) => void): string;
  forget(url: string): void;
}

export interface CustomResourceProps {
  readonly clock: Clock;
  readonly lambda: Functions;
  readonly responses: Responses;
  readonly settings?: Pick<CloudFormationSettings, 'requestIds'>;
}

/** [cited] User Guide, "Custom resource request objects" and "response objects". */
type RequestType = 'Create' | 'Update' | 'Delete';

interface Response {
  readonly Status?: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: { readonly [name: string]: unknown };
}

// [cited] User Guide, "Custom resource response objects": "The response body can't exceed 4096 bytes".
const MAX_RESPONSE_BYTES = 4096;
// [cited] AWS::CloudFormation::CustomResource, ServiceTimeout: 1 to 3600 seconds, the default is 3600.
const DEFAULT_TIMEOUT_SECONDS = 3600;
// [cited] Lambda, asynchronous invocation: "Lambda retries an error twice, with a one-minute wait between the first two attempts, and two minutes
// between the second and third attempts".
const RETRIES_AFTER = [60_000, 120_000];

/** A custom resource: its function gets a request, and only a response to the response URL says whether it succeeded. */
export class CustomResource implements ResourceType {
  /** The latest RequestId for each type of request and each resource. */
  private readonly requestIds = new Map<string, string>();

  constructor(private readonly props: CustomResourceProps) {}

  create(resource: Resource, signal: AbortSignal): Promise<ResourceState> {
    // [cited] aws-cloudformation/cloudformation-coverage-roadmap#1814: without an id from the function, CloudFormation generates one.
    const invented = generatedName(resource.stack, resource.logicalId, 255);
    const why = this.whyRecorded(resource);
    if (why) return Promise.resolve({ physicalId: invented, attributes: {}, whyRecorded: why });
    return this.request('Create', resource, {}, invented, signal);
  }

  update(resource: Resource, old: Resource, signal: AbortSignal): Promise<ResourceState> {
    // [cited] AWS::CloudFormation::CustomResource, ServiceToken: "Update requires: Updates are not supported".
    if (resource.properties.ServiceToken !== old.properties.ServiceToken) throw new UpdateRefused('Modifying service token is not allowed.');
    const why = this.whyRecorded(resource);
    if (why) return Promise.resolve({ physicalId: old.physicalId, attributes: {}, whyRecorded: why });
    const fields = { PhysicalResourceId: old.physicalId, OldResourceProperties: withoutScalarTypes(old.properties) };
    return this.request('Update', resource, fields, old.physicalId, signal);
  }

  async delete(resource: Resource): Promise<void> {
    const { physicalId, whyRecorded: why } = resource;
    if (!why) await this.request('Delete', resource, { PhysicalResourceId: physicalId }, physicalId);
  }

  private whyRecorded(resource: Resource): string | undefined {
    const { lambda } = this.props;
    const { ServiceToken: token } = resource.properties;
    return lambda.has(token) ? whyRecorded(resource) ?? lambda.obstacle?.(token) : undefined;
  }

  /** `physicalId` is the id that a failed request leaves behind if its response contains none. */
  private async request(
    requestType: RequestType, resource: Resource, fields: object, physicalId: string, signal?: AbortSignal,
  ): Promise<ResourceState> {
    const { ServiceToken: token, ServiceTimeout: timeout = DEFAULT_TIMEOUT_SECONDS } = resource.properties;
    // [assumed] the text. It fails at once because the invocation is refused.
    if (!this.props.lambda.has(token)) throw new ResourceFailure(`Failed to invoke ${token}: Function not found`, physicalId);

    const { stack: { id: stackId }, logicalId } = resource;
    const requestId = this.requestId(`${stackId} ${logicalId} ${requestType}`);
    const ids = { StackId: stackId, RequestId: requestId, LogicalResourceId: logicalId };
    const event = {
      RequestType: requestType,
      ServiceToken: token,
      ...ids,
      ResourceType: resource.type,
      ResourceProperties: withoutScalarTypes(resource.properties),
      ...fields,
    };
    const body = await this.props.clock.pause(this.response(event, Number(timeout), physicalId, signal));
    const response = read(body, ids.RequestId, physicalId);
    return { physicalId: response.PhysicalResourceId!, attributes: response.Data ?? {} };
  }

  private requestId(of: string): string {
    const known = this.props.settings?.requestIds === 'REPEATED' ? this.requestIds.get(of) : undefined;
    const id = known ?? randomUUID();
    this.requestIds.set(of, id);
    return id;
  }

  /** The first response to the request. Otherwise, only the timeout or a failure of another resource ends the wait. */
  private response(event: Event, timeoutSeconds: number, physicalId: string, signal?: AbortSignal): Promise<string> {
    const { clock, responses } = this.props;
    return new Promise<string>((resolve, reject) => {
      const url = responses.expect(body => {
        if (isFor(event, body)) settle(() => resolve(body));
      });
      const takeBack = clock.at(clock.now() + timeoutSeconds * 1000, () => {
        responses.forget(url);
        // [cited] CloudFormation's own text, as quoted in AWS re:Post and aws/aws-cdk issues.
        settle(() => reject(new ResourceFailure('CloudFormation did not receive a response from your Custom Resource. Please check your logs for '
          + `requestId [${event.RequestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function `
          + 'so that CloudFormation can attach the updated version.', physicalId)));
      });
      const cutOff = () => settle(() => reject(
        new ResourceFailure(`Resource ${event.RequestType === 'Create' ? 'creation' : 'update'} cancelled`, physicalId)));
      const settle = (how: () => void) => {
        takeBack();
        signal?.removeEventListener('abort', cutOff);
        how();
      };
      signal?.addEventListener('abort', cutOff);
      this.invoke(event.ServiceToken, JSON.stringify({ ...event, ResponseURL: url })).catch(reject);
    });
  }

  /** Invokes asynchronously, as CloudFormation does: the result of the invocation is not a response, not even an error. */
  private invoke(token: string, payload: string): Promise<void> {
    const { clock, lambda } = this.props;
    return clock.work(async () => {
      for (const pause of [...RETRIES_AFTER, undefined]) {
        try {
          const { functionError } = await this.whenThereIsRoom(() => lambda.invoke(token, payload));
          if (!functionError || pause === undefined) return;
        } catch (error) {
          if (error instanceof ServiceError) return;
          throw error;
        }
        await clock.sleep(pause);
        if (!lambda.has(token)) return;
      }
    });
  }

  /** [cited] Lambda Developer Guide, asynchronous invocation: throttled events stay in the queue for 6 hours. */
  private async whenThereIsRoom<T>(invoke: () => Promise<T>): Promise<T> {
    const { clock } = this.props;
    for (let pause = 1000; ; pause = Math.min(2 * pause, 300_000)) {
      try {
        return await invoke();
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'TooManyRequestsException') throw error;
        await clock.sleep(pause);
      }
    }
  }
}

interface Event {
  readonly RequestType: RequestType;
  readonly ServiceToken: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/** [cited] User Guide: these three must be copied verbatim. [assumed] a response with other values is ignored. */
function isFor(event: Event, body: string): boolean {
  const response = parse(body);
  // a response that is unreadable or too long counts as a failure of this request, not as one for another request.
  if (!response || Buffer.byteLength(body) > MAX_RESPONSE_BYTES) return true;
  return (['StackId', 'RequestId', 'LogicalResourceId'] as const).every(name => (response as Partial<Event>)[name] === event[name]);
}

/** The response, if it reports success. */
function read(body: string, requestId: string, physicalId: string): Response {
  const fail = (reason: string, id = physicalId): never => { throw new ResourceFailure(reason, id, id !== physicalId); };
  // [cited] aws/aws-cdk issues on the 4 KB limit quote this text.
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) fail('Response object is too long.');
  const response = parse(body) ?? fail('Response is not valid JSON'); // [assumed] the text.
  const id = response.PhysicalResourceId;
  switch (response.Status) {
    case 'SUCCESS':
      // [cited] User Guide: required, at most 1 KB; the text is the one users report.
      if (typeof id !== 'string' || id === '') fail('Invalid PhysicalResourceId');
      return response;
    case 'FAILED':
      return fail(`Received response status [FAILED] from custom resource. Message returned: ${response.Reason} (RequestId: ${requestId})`, id || physicalId);
    default:
      return fail('Invalid Response object: Value of property Status must be either SUCCESS or FAILED'); // [assumed] the text.
  }
}

function parse(body: string): Response | undefined {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** [cited] aws-cdk README, custom resources: "all scalars ... are converted to strings". */
function withoutScalarTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutScalarTypes);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutScalarTypes(item)]));
}

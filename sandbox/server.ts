import { randomUUID } from 'crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { buffer } from 'stream/consumers';
import { Clock } from './clock';
import { refuseOthers } from './members';
import { credentialScope, HttpAnswer, HttpRequest, parseRequest, ProtocolRequest } from './protocols';
import { ApiCall, ApiCallRecord, Caller, ConnectionReset, Interceptor, NotModeled, Permission, Service, ServiceError } from './service';

export interface ApiServerProps {
  readonly clock: Clock;
  /** The only Region: requests for another one are denied, as those for another account are. Default: any Region. */
  readonly region?: string;
  /** By the service name in the signature: rekognition, lambda, states, cloudformation, s3, ssm, sts, logs. */
  readonly services: { readonly [name: string]: Service };
  /** The owner of an access key. */
  callerOf(accessKeyId: string): Caller;
  authorize(caller: Caller, permission: Permission): boolean;
  /** Called if the sandbox itself fails. Without it, `stop` rejects: a bug in the sandbox must not look like an AWS error. */
  onProblem?(problem: unknown): void;
}

/** One HTTP server for all APIs of the sandbox. SDK clients find it through `AWS_ENDPOINT_URL`. */
export class ApiServer {
  /** Listens only on the loopback interface, by default on any free port. */
  static async start(props: ApiServerProps & { readonly port?: number }): Promise<ApiServer> {
    const http = createServer();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(props.port ?? 0, '127.0.0.1', resolve);
    });
    return new ApiServer(http, props);
  }

  readonly url: string;
  /** Every valid request, including denied and failed ones, in the order of the responses. */
  readonly calls: ApiCallRecord[] = [];
  private readonly listeners: ((record: ApiCallRecord) => void)[] = [];
  private readonly failures: unknown[] = [];
  private interceptors: Interceptor[] = [];

  private constructor(private readonly http: Server, private readonly props: ApiServerProps) {
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    http.on('request', (request, response) => void this.serve(request, response));
  }

  onCall(listener: (record: ApiCallRecord) => void): void {
    this.listeners.push(listener);
  }

  /** Puts an interceptor in front of all others. Returns a function that removes it. */
  intercept(interceptor: Interceptor): () => void {
    this.interceptors = [...this.interceptors, interceptor];
    return () => { this.interceptors = this.interceptors.filter(other => other !== interceptor); };
  }

  /** Rejects if a service or an interceptor has failed and there is no `onProblem`. */
  async stop(): Promise<void> {
    await new Promise<void>(resolve => {
      this.http.close(() => resolve());
      this.http.closeAllConnections();
    });
    if (this.failures.length > 0) throw this.failures[0];
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method, url, headers } = request;
      const answer = await this.answer({ method: method!, url: url!, headers, body: await buffer(request) });
      // tells a function how much time has passed while it waited for the response.
      const time = { 'sandbox-clock-ahead-ms': this.props.clock.ahead };
      response.writeHead(answer.status, { 'x-amzn-requestid': randomUUID(), ...time, ...answer.headers }).end(answer.body);
    } catch (error) {
      // a client that disconnects before its request is complete is not a failure of the sandbox.
      if (!(error instanceof ConnectionReset) && request.complete) this.problem(error);
      request.socket.destroy();
    }
  }

  private async answer(request: HttpRequest): Promise<HttpAnswer> {
    this.props.clock.tick();
    let parsed: ProtocolRequest;
    try {
      parsed = parseRequest(request);
    } catch (error) {
      const { code, message, status } = this.asServiceError(error);
      return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, message }) };
    }

    const { service, operation, input } = parsed;
    const { accessKeyId, region } = credentialScope(request);
    const caller = accessKeyId ? { ...this.props.callerOf(accessKeyId), userAgent: request.headers['user-agent'] } : ANONYMOUS;
    const call: ApiCall = { service, operation, input, caller, time: this.props.clock.now() };
    let output: object;
    try {
      output = await this.chain(call, parsed, region);
    } catch (error) {
      const problem = error instanceof ConnectionReset ? error : this.asServiceError(error, parsed);
      this.record({ ...call, error: problem instanceof ServiceError ? problem.code : 'ConnectionReset', errorMessage: problem.message });
      if (problem instanceof ConnectionReset) throw problem;
      return parsed.refuse(problem);
    }
    this.record({ ...call, output });
    return parsed.answer(output);
  }

  /** The service itself comes last, after all interceptors. */
  private chain(call: ApiCall, { accessDenied }: ProtocolRequest, region?: string): Promise<object> {
    const serve = async () => {
      const service = this.props.services[call.service];
      if (!service) throw new NotModeled(`the sandbox does not model the API ${call.service} (operation ${call.operation})`);
      // [cited] IAM documentation, "Common errors".
      const { region: here = region } = this.props;
      if (region !== undefined && region !== here && !GLOBAL.includes(call.service)) {
        const message = `this request is for the Region ${region}, and this sandbox is ${here}: start it with --region ${region}`;
        throw new ServiceError(accessDenied.code, message, accessDenied.status);
      }
      if (call.caller === ANONYMOUS) throw new ServiceError('MissingAuthenticationToken', 'Missing Authentication Token', 403);
      const denied = service.permissions(call.operation, call.input).find(permission => !this.props.authorize(call.caller, permission));
      if (denied) {
        // [cited] IAM user guide, "Troubleshoot access denied error messages".
        const message = `User: ${call.caller.arn} is not authorized to perform: ${denied.action} on resource: ${denied.resource} `
          + `because no identity-based policy allows the ${denied.action} action`;
        throw new ServiceError(accessDenied.code, message, accessDenied.status);
      }
      const members = service.members(call.operation);
      if (members) refuseOthers(call.operation, call.input, members);
      return service.handle(call.operation, call.input, call.caller);
    };
    return this.interceptors.reduce<() => Promise<object>>((next, interceptor) => async () => interceptor(call, next), serve)();
  }

  private asServiceError(error: unknown, parsed?: ProtocolRequest): ServiceError {
    if (error instanceof ServiceError) return error;
    this.problem(error);
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof NotModeled && parsed)) return new ServiceError('InternalFailure', message, 500);
    // a status that clients do not retry, so the error appears at once.
    return new ServiceError(parsed.unknownOperation.code, message, parsed.unknownOperation.status);
  }

  private problem(problem: unknown): void {
    if (this.props.onProblem) this.props.onProblem(problem);
    else this.failures.push(problem);
  }

  private record(record: ApiCallRecord): void {
    this.calls.push(record);
    for (const listener of this.listeners) listener(record);
  }
}

/** [cited] IAM User Guide, "Regions and endpoints": identities are the same in all Regions. */
const GLOBAL = ['sts'];

/** The caller of a request without a signature. */
const ANONYMOUS: Caller = { arn: 'anonymous' };

import type { Invocation } from './handler';
import type { CallFault } from './plan';
import type { ServiceName } from '../../sandbox/in-process';
import { ServiceError } from '../../sandbox/service';

export interface Call {
  readonly invocation: Invocation;
  readonly service: ServiceName;
  readonly operation: string;
}

const CAN_BE_STALE = new Set(['DescribeStacks', 'DescribeStackEvents', 'ListStackResources', 'ListTagsForResource']);

// the request timeout of the handler's SDK clients, see lambda/aws/clients.ts.
const REQUEST_TIMEOUT = 10_000;

/** Injects the call faults of one step. */
export class CallFaults {
  private readonly since = new Map<CallFault, number>();
  /** The invocations that have already got an empty response. */
  private readonly emptied = new WeakSet<Invocation>();
  private calls = 0;

  constructor(
    private readonly faults: readonly CallFault[],
    private readonly lastToken: '' | undefined,
    private readonly onFault: (kind: string, invocation: Invocation) => void,
    /** Handles a call so that its response shows a past state. */
    private readonly past: (handle: () => object) => object = handle => handle(),
  ) {}

  /** Handles a call with `handle`, or injects a fault instead. */
  async answer(call: Call, handle: () => object): Promise<object> {
    const { invocation, service } = call;
    const fault = this.next(call);
    if (fault) this.onFault(fault, invocation);
    switch (fault) {
      case undefined: return handle();
      case 'throttling':
        throw service === 'rekognition'
          ? new ServiceError('ProvisionedThroughputExceededException', 'Provisioned Rate exceeded.')
          : new ServiceError('Throttling', 'Rate exceeded');
      case 'late server error':
        whateverItAnswers(handle);
        throw new ServiceError('InternalServerError', 'Internal server error', 500);
      case 'server error': throw new ServiceError('InternalServerError', 'Internal server error', 500);
      case 'lost response':
        whateverItAnswers(handle);
        await invocation.sleep(REQUEST_TIMEOUT);
        throw Object.assign(new Error(`Connection timed out after ${REQUEST_TIMEOUT} ms`), { name: 'TimeoutError', $metadata: {} });
      case 'lost request': throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $metadata: {} });
      case 'denied':
        throw service === 'rekognition'
          ? new ServiceError('AccessDeniedException', `User: arn:aws:sts::111122223333:assumed-role/Handler is not authorized to perform: ${call.operation}`)
          : new ServiceError('AccessDenied', `User: arn:aws:sts::111122223333:assumed-role/Handler is not authorized to perform: ${call.operation}`, 403);
      case 'invalid credentials':
        throw new ServiceError(service === 'rekognition' ? 'UnrecognizedClientException' : 'ExpiredTokenException', 'The security token included in the request is not valid (yet).');
      case 'stale read': return this.past(handle);
      case 'empty response': return { ProjectVersionDescriptions: [], NextToken: this.lastToken };
    }
  }

  private next(call: Call): CallFault['kind'] | undefined {
    const { invocation, invocation: { clock } } = call;
    const nth = this.calls++;
    const isLook = call.operation === 'DescribeProjectVersions';
    const found = this.faults.find(fault => {
      if (fault.service !== 'any' && fault.service !== call.service) return false;
      if (fault.kind === 'empty response' && (!isLook || this.emptied.has(invocation))) return false;
      if (fault.kind === 'stale read' && !CAN_BE_STALE.has(call.operation)) return false;
      if (nth < fault.call) return false;
      const since = this.since.get(fault);
      if (since === undefined) this.since.set(fault, clock.now());
      return since === undefined || clock.now() < since + fault.seconds * 1000;
    });
    // by design, the handler trusts two listings of a project in one poll if they agree, so only one of them may be empty.
    if (found?.kind === 'empty response') this.emptied.add(invocation);
    return found?.kind;
  }
}

function whateverItAnswers(handle: () => object): void {
  try {
    handle();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
}

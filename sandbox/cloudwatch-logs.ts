import type { LogLine } from './lambda';
import type { Members, Operations } from './members';
import { NotModeled, Permission, Service, ServiceError } from './service';

interface LogGroup {
  readonly creationTime: number;
  readonly lines: LogLine[];
}

export interface CloudWatchLogsProps {
  readonly account: string;
  readonly region: string;
  now(): number;
}

const GROUP = ['logGroupName', 'logGroupIdentifier'];
const PAGE = ['limit', 'nextToken'];
const OPERATIONS: Operations = {
  DescribeLogGroups: { honored: ['logGroupNamePrefix', 'logGroupNamePattern', ...PAGE], only: { includeLinkedAccounts: false } },
  DescribeLogStreams: { honored: [...GROUP, 'logStreamNamePrefix', 'orderBy', 'descending', ...PAGE] },
  FilterLogEvents: {
    honored: [...GROUP, 'logStreamNames', 'logStreamNamePrefix', 'startTime', 'endTime', 'filterPattern', ...PAGE],
    // [cited] API reference, FilterLogEvents.
    ignored: { interleaved: 'deprecated: "always true"', unmask: 'nothing is masked' },
  },
};

/** CloudWatch Logs: reads the logs of functions. */
export class CloudWatchLogs implements Service {
  private readonly groups = new Map<string, LogGroup>();

  constructor(private readonly props: CloudWatchLogsProps) {}

  has(name: string): boolean {
    return this.groups.has(name);
  }

  create(name: string): void {
    this.groups.set(name, { creationTime: this.props.now(), lines: [] });
  }

  /** [cited] DeleteLogGroup: "permanently deletes all the archived log events". */
  delete(name: string): void {
    this.groups.delete(name);
  }

  /** [cited] Lambda Developer Guide, "CloudWatch Logs": the function creates its log group if necessary. */
  add(line: LogLine): void {
    if (!this.has(line.logGroupName)) this.create(line.logGroupName);
    this.groups.get(line.logGroupName)!.lines.push(line);
  }

  members(operation: string): Members | undefined {
    return OPERATIONS[operation];
  }

  permissions(operation: string, input: any): Permission[] {
    return [{ action: `logs:${operation}`, resource: this.arnOf(groupName(input) ?? '*') }];
  }

  handle(operation: string, input: any): object {
    switch (operation) {
      case 'DescribeLogGroups': {
        const shown = [...this.groups].filter(([name]) => isIncluded(name, input)).sort(byName);
        const { items, nextToken } = page(shown, input);
        return { logGroups: items.map(([name, group]) => this.describe(name, group)), nextToken };
      }
      case 'DescribeLogStreams': {
        const streams = new Map<string, LogLine[]>();
        for (const line of this.group(input).lines) {
          const { logStreamName: name } = line;
          if (name.startsWith(input.logStreamNamePrefix ?? '')) streams.set(name, [...streams.get(name) ?? [], line]);
        }
        const sorted = [...streams].sort(input.orderBy === 'LastEventTime' ? byLastEvent : byName);
        const { items, nextToken } = page(input.descending ? sorted.reverse() : sorted, input);
        return {
          logStreams: items.map(([name, lines]) => ({
            logStreamName: name,
            creationTime: lines[0].time,
            firstEventTimestamp: lines[0].time,
            lastEventTimestamp: lines.at(-1)!.time,
          })),
          nextToken,
        };
      }
      case 'FilterLogEvents': {
        const { startTime = 0, endTime = Infinity, logStreamNames: names, logStreamNamePrefix: prefix = '' } = input;
        const admits = input.filterPattern ? terms(input.filterPattern) : () => true;
        const found = this.group(input).lines.map((line, index) => ({ ...line, index }))
          .filter(({ time }) => time >= startTime && time <= endTime)
          .filter(({ logStreamName: name }) => (names?.includes(name) ?? true) && name.startsWith(prefix))
          .filter(({ text }) => admits(text));
        const { items, nextToken } = page(found, input);
        return {
          events: items.map(({ time, text, logStreamName, index }) => ({
            timestamp: time,
            ingestionTime: time,
            message: text,
            logStreamName,
            eventId: String(index).padStart(20, '0'),
          })),
          searchedLogStreams: [],
          nextToken,
        };
      }
      default:
        throw new NotModeled(`the sandbox does not know the operation ${operation} of CloudWatch Logs`);
    }
  }

  private describe(logGroupName: string, { creationTime, lines }: LogGroup): object {
    const arn = this.arnOf(logGroupName);
    const storedBytes = lines.reduce((sum, { text }) => sum + text.length, 0);
    return { logGroupName, creationTime, arn: `${arn}:*`, logGroupArn: arn, storedBytes };
  }

  private group(input: any): LogGroup {
    const group = this.groups.get(groupName(input) ?? '');
    // [cited] API reference, FilterLogEvents.
    if (!group) throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  private arnOf(logGroupName: string): string {
    const { region, account } = this.props;
    return `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`;
  }
}

/** A token is the number of earlier items. */
function page<T>(
  all: readonly T[], { nextToken: token = '0', limit = 10_000 }: any,
): { items: T[]; nextToken?: string } {
  const start = Number(token);
  if (!Number.isInteger(start)) {
    throw new ServiceError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  const end = start + limit;
  return { items: all.slice(start, end), nextToken: end < all.length ? String(end) : undefined };
}

/** [cited] API reference, FilterLogEvents: the group is named by its name or ARN. */
function groupName({ logGroupName: name, logGroupIdentifier: identifier }: any): string | undefined {
  return name ?? identifier?.replace(/^arn:aws:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '');
}

/** [cited] API reference, DescribeLogGroups: logGroupNamePattern is case-insensitive, the prefix is not. */
function isIncluded(
  name: string, { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern = '' }: any,
): boolean {
  return name.startsWith(prefix) && name.toLowerCase().includes(pattern.toLowerCase());
}

function byLastEvent([, a]: [string, readonly LogLine[]], [, b]: [string, readonly LogLine[]]): number {
  return a.at(-1)!.time - b.at(-1)!.time;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/**
 * [cited] User Guide, "Filter pattern syntax": all terms, case-sensitive; a term with other characters than letters and
 * digits is in quotes.
 */
function terms(pattern: string): (text: string) => boolean {
  const found = pattern.match(/"[^"]*"|\w+/g) ?? [];
  if (found.join(' ') !== pattern.trim().replace(/\s+(?=([^"]*"[^"]*")*[^"]*$)/g, ' ')) {
    const known = 'the sandbox knows only filter patterns that are terms, such as kept or "in use"';
    throw new NotModeled(`${known}, not ${pattern}`);
  }
  return text => found.every(term => text.includes(term.replace(/^"|"$/g, '')));
}

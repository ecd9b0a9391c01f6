import { Metric, MetricOptions, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, ILogGroupRef, JsonPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { outermostStack } from './stacks';

/** A line that the handler writes with this `message`. Operators filter by these words too, so they do not change. */
const isLine = (message: string) => FilterPattern.stringValue('$.message.message', '=', message);

/** A deletion has failed. The failed creation of a teardown leaves nothing behind, and whoever deploys it is told. */
export const FAILED: JsonPattern = FilterPattern.all(
  isLine('failed'), FilterPattern.stringValue('$.message.requestType', '=', 'Delete'));

/** A deletion has succeeded, and kept what it was for. */
export const KEPT: JsonPattern = isLine('kept');

const NAMESPACE = 'CdkRekognitionTeardown';

/** Longer paths are hashed: the name of a metric has at most 255 characters, and a stack name up to 128 of them. */
const MAX_PATH = 100;

/** The filters of a construct that count lines of its log. */
export class LogMetrics {
  private readonly created = new Map<string, MetricFilter>();

  constructor(private readonly scope: Construct, private readonly logGroup: ILogGroupRef) {}

  get filters(): MetricFilter[] {
    return [...this.created.values()];
  }

  /** The number of lines that match a pattern. The first call for a name adds the filter. */
  metric(name: string, filterPattern: JsonPattern, options?: MetricOptions): Metric {
    const filter = this.created.get(name) ?? new MetricFilter(this.scope, `${name}Filter`, {
      logGroup: this.logGroup,
      filterPattern,
      metricNamespace: NAMESPACE,
      metricName: `${nameOf(this.scope)}/${name}`,
      unit: Unit.COUNT,
    });
    this.created.set(name, filter);
    return filter.metric({ statistic: Stats.SUM, ...options });
  }
}

/**
 * The name of the outermost stack, which is unique in its account and region, and the path in it. No tokens: an alarm in
 * another stack would import them, and then this stack could not be deleted before that one.
 */
function nameOf(scope: Construct): string {
  const stack = outermostStack(scope);
  const path = scope.node.path.slice(stack.node.path.length).replace(/^\//, '');
  // [:*$] are not allowed in the names of metrics.
  return `${stack.stackName}/${path.length > MAX_PATH ? scope.node.addr : path.replace(/[:*$]/g, '-')}`;
}

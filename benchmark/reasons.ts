const INTERVAL = 'On average, half an interval passes before a poll sees that a wait is over, and there is one poll per interval. '
  + 'The table of `queryInterval` shows that no interval is short enough for the times and long enough for the numbers of calls.';
const CALLS = `${INTERVAL} 11 s would meet the targets for calls, and miss the one for the time of one model instead. The other calls are few: two to CloudFormation `
  + 'to find out why the resource is deleted, one to CloudFormation before each change, because a deletion that CloudFormation no longer waits for must change nothing, and the changes themselves.';

/** Why a target is missed, by its figure; printed only if it is missed. */
export const REASONS: { readonly [figure: string]: string | undefined } = {
  '1 running model: of the guide': INTERVAL,
  '1 running model: calls': CALLS,
  '1 stopped model: of the limit': `${INTERVAL} The target leaves 4.0 s. It takes 2.4 s to start four functions, read the record of CloudFormation and confirm the end (see what the time over the limit is made of), `
    + 'so a poll would have to come every 3 s. At 5 s the ratio is 1.068, with 21 calls instead of 14.',
  '1 project with 10 running models: of the limit': `${INTERVAL} The second read at the end costs 1.2 s: without it, the ratio was 1.039. It stays because reads may be stale: a project must not count as empty because `
    + 'one answer was stale.',
  '1 project with 10 running models: calls of the guide': CALLS,
  '50 projects with 1 running model each: of the limit': 'DescribeProjects, which is limited to five requests a second, is called for each project in both reads of its last poll, and once by CloudFormation itself before it deletes the project: '
    + '150 requests, or 30 s, within the last minute (see what the time over the limit is made of). Without the second read the ratio was 1.086; it stays because reads may be stale. Fifty version teardowns have no projects to delete, and meet the target.',
  'cold start: of the S3 handler': 'Both load, compile and sign; the ratio was 0.43, 0.45 and 0.52 in three runs, because the machine had other work.',
  'synthesis: 20 projects of 1': 'Twenty projects do not fit into one provider: the app has two, and therefore more than four times the resources (see the table). The ratio was between 1.18 and 1.48 in seven runs, and 1.23 for the fourteen projects that fit into one provider; most of that is the search of the CDK for references between resources.',
};

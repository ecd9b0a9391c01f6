const INTERVAL = 'In the mean, half an interval passes before a poll sees that a wait is over, and one look is made per interval. '
  + 'The table of `queryInterval` shows that no interval is short enough for this and long enough for the number of calls.';
const RATE = 'The handler makes four requests a second where the quota allows five, as one is left to everybody else in the account: the last request to '
  + 'stop comes after a quarter of a second for each model instead of a fifth (see when the first request comes). The rest is half an interval.';
const BURST = 'In the sandbox all Deletes arrive in the same instant, and each reads the two pages of the record that it decides by. The mean over the whole '
  + 'deletion is far below; spreading the first reads would make the first stop later.';
const POLICY = 'A teardown keeps a policy of its own, as a shared one would shrink before its Delete arrives, and its ARNs are most of that policy; while an update '
  + 'replaces policies, the role holds both.';

/** Why a target is missed, by its figure; said only where it is. */
export const REASONS: { readonly [figure: string]: string | undefined } = {
  '1 running model: of the guide': INTERVAL,
  '1 running model: calls': `${INTERVAL} 11 s takes fewer calls, and is slower than the target for the time.`,
  '1 stopped model: of the limit': `${INTERVAL} It is missed even at 5 s: two functions and two of the framework start, CloudFormation's record is read, and a second look `
    + 'confirms the end, which is 3 s of 67.',
  '1 project with 10 running models: of the limit': INTERVAL,
  '1 project with 10 running models: calls of the guide': INTERVAL,
  '1 project with 100 running models: of the limit': RATE,
  '1 project with 300 running models: of the limit': RATE,
  '50 projects with 1 running model each: of the limit': 'Fifty polls every ten seconds are five looks a second, which is the whole quota of DescribeProjectVersions; and CloudFormation '
    + 'itself asks for each project and deletes it, up to 10 s at the quota that the limit leaves out. Fifty version teardowns have no projects to delete, and meet the target.',
  '50 projects with 1 running model each: CloudFormation, busiest second': BURST,
  '50 version teardowns of one project: CloudFormation, busiest second': BURST,
  'versions per provider': POLICY,
  'projects per provider': POLICY,
  'cold start: of the S3 handler': 'Both load, compile and sign; it was 0.43, 0.45 and 0.52 in three runs, as the machine had other work.',
  'synthesis: 20 projects of 1': 'Twenty projects do not fit one provider: the app has two, and so more than four times the resources (see the table). CPU time moves with what else the machine does: it was 1.18 and 1.34 in two runs.',
};

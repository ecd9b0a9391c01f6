import { stackEvents, stackResources } from '../../../lambda/aws/cloudformation';
import { describeProjects, describeProjectVersions, RequestPage } from '../../../lambda/aws/rekognition';
import { PROJECT_ARN, REGION, STACK_ID, VERSION_ARN } from '../../support/arns';
import {
  awsError, cloudFormation, DescribeProjectsCommand, DescribeProjectVersionsCommand, DescribeStackEventsCommand,
  ListStackResourcesCommand, rekognition, reset,
} from '../../support/aws';

/** What the handler reads page by page: the command, an answer with one item, and how the handler counts the items. */
const LISTS: [string, { item: object; on(answer: (input: any) => object): void; count(): Promise<number> }][] = [
  ['DescribeProjectVersions', {
    on: answer => rekognition.on(DescribeProjectVersionsCommand).callsFake(answer),
    item: { ProjectVersionDescriptions: [{ ProjectVersionArn: VERSION_ARN }] },
    count: async () => (await describeProjectVersions(PROJECT_ARN)).length,
  }],
  ['DescribeProjects', {
    on: answer => rekognition.on(DescribeProjectsCommand).callsFake(answer),
    item: { ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] },
    count: async () => (await describeProjects({ region: REGION, projectName: 'parts' })).length,
  }],
  ['DescribeStackEvents', {
    on: answer => cloudFormation.on(DescribeStackEventsCommand).callsFake(answer),
    item: { StackEvents: [{}] },
    count: async () => {
      let count = 0;
      for await (const page of stackEvents(STACK_ID)) count += page.length;
      return count;
    },
  }],
  ['ListStackResources', {
    on: answer => cloudFormation.on(ListStackResourcesCommand).callsFake(answer),
    item: { StackResourceSummaries: [{}] },
    count: async () => (await stackResources(STACK_ID)).length,
  }],
];

beforeEach(reset);

describe.each(LISTS)('%s is read to its last page', (_operation, { on, item, count }) => {
  /** Answers with these pages and then with no more; returns the tokens of the requests. */
  function serve(...pages: object[]): (string | undefined)[] {
    const tokens: (string | undefined)[] = [];
    on(({ NextToken }) => {
      if (tokens.push(NextToken) > pages.length) throw new Error('there is no such page');
      return pages[tokens.length - 1];
    });
    return tokens;
  }

  test.each([['no', undefined], ['an empty', '']])('if that has %s token', async (_what, NextToken) => {
    const tokens = serve({ ...item, NextToken: 'a' }, { NextToken: 'b' }, { ...item, NextToken });
    expect(await count()).toBe(2);
    expect(tokens).toEqual([undefined, 'a', 'b']);
  });

  test.each([['no', undefined], ['an empty', '']])('if that is the first one and has %s token', async (_what, NextToken) => {
    const tokens = serve({ ...item, NextToken });
    expect(await count()).toBe(1);
    expect(tokens).toEqual([undefined]);
  });
});

test.each<[string, (requestPage: RequestPage) => Promise<unknown[]>]>([
  ['DescribeProjectVersions', requestPage => describeProjectVersions(PROJECT_ARN, undefined, requestPage)],
  ['DescribeProjects', requestPage => describeProjects({ region: REGION, projectName: 'parts' }, requestPage)],
])('%s requests a page that failed again, and not those before it', async (_operation, list) => {
  const again: RequestPage = send => send().catch(send);
  const tokens: (string | undefined)[] = [];
  const answer = ({ NextToken }: { NextToken?: string }) => {
    if (tokens.push(NextToken) === 2) throw awsError('ThrottlingException');
    const page = { ProjectVersionDescriptions: [{}], ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] };
    return { ...page, NextToken: NextToken ? undefined : 'a' };
  };
  rekognition.on(DescribeProjectVersionsCommand).callsFake(answer).on(DescribeProjectsCommand).callsFake(answer);
  expect(await list(again)).toHaveLength(2);
  expect(tokens).toEqual([undefined, 'a', 'a']);
});

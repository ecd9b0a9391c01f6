import { setTimeout as sleep } from 'timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

// Prints as a table what a workflow would do: npx tsx examples/workflow/dry-run.ts STATE_MACHINE_ARN

interface Plan {
  readonly arn: string;
  readonly status: string;
  readonly inferenceUnits?: number;
  readonly createdAt?: string;
  readonly would: string[];
  readonly refused?: string;
}

const HEADERS = ['what', 'status', 'units', 'age', 'what a run would do'];
const HOUR = 3_600_000;

export async function main([stateMachineArn]: string[]): Promise<void> {
  if (!stateMachineArn?.includes(':stateMachine:')) {
    throw new Error(`the ARN of a state machine is needed, got: ${stateMachineArn}`);
  }
  const client = new SFNClient({ region: stateMachineArn.split(':')[3] });
  const { executionArn, startDate } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: '{"dryRun": true}' }),
  );
  let { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
  while (status === 'RUNNING') {
    await sleep(1_000);
    ({ status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn })));
  }
  if (status !== 'SUCCEEDED') throw new Error(`${error ?? status}: ${cause}`);

  const { versions, datasets, projects, notFound, more } = JSON.parse(output!);
  printTable([HEADERS, ...[...versions, ...datasets, ...projects].map((plan: Plan) => rowOf(plan, startDate!))]);
  if (more > 0) console.log(`and ${more} more`);
  for (const arn of notFound) console.log(`not found: ${arn}`);
}

function rowOf({ arn, status, inferenceUnits, createdAt, would, refused }: Plan, now: Date): string[] {
  return [
    arn.slice(arn.indexOf('project/')),
    status,
    `${inferenceUnits ?? ''}`,
    createdAt ? `${Math.round((now.getTime() - Date.parse(createdAt)) / HOUR)} h` : '',
    refused ? `refused: ${refused}` : would.join(', then ') || 'nothing',
  ];
}

function printTable(rows: string[][]): void {
  const widths = HEADERS.map((_, column) => Math.max(...rows.map(row => row[column].length)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

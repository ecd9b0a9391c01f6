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

const HOUR = 3_600_000;

async function main([stateMachineArn]: string[]): Promise<void> {
  if (!stateMachineArn?.includes(':stateMachine:')) throw new Error(`the ARN of a state machine is needed, got: ${stateMachineArn}`);
  const client = new SFNClient({ region: stateMachineArn.split(':')[3] });
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{"dryRun": true}' }));
  let { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
  while (status === 'RUNNING') {
    await sleep(1_000);
    ({ status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn })));
  }
  if (status !== 'SUCCEEDED') throw new Error(`${error ?? status}: ${cause}`);

  const { versions, datasets, projects, notFound, more } = JSON.parse(output!);
  console.table([...versions, ...datasets, ...projects].map(rowOf));
  if (more > 0) console.log(`and ${more} more`);
  for (const arn of notFound) console.log(`not found: ${arn}`);
}

function rowOf({ arn, status, inferenceUnits, createdAt, would, refused }: Plan): object {
  return {
    what: arn.slice(arn.indexOf('project/')),
    status,
    units: inferenceUnits ?? '',
    hours: createdAt ? Math.round((Date.now() - Date.parse(createdAt)) / HOUR) : '',
    would: refused ?? (would.join(', then ') || 'nothing'),
  };
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

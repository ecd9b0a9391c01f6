/*
 * Run after a stack has been deleted, with its name: fails if something that its teardowns were to delete is still
 * there.
 */
import { setTimeout } from 'timers/promises';
import {
  CloudFormationClient,
  paginateListStackResources,
  paginateListStacks,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import { ListTagsForResourceCommand, RekognitionClient, ResourceNotFoundException } from '@aws-sdk/client-rekognition';

interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly rekognition: RekognitionClient;
}

/** The ARNs of what is left of the targets of a deleted stack's teardowns. */
export async function leftOf(stackName: string, { cloudFormation, rekognition }: Clients): Promise<string[]> {
  const arns = await targetsOf(await lastDeleted(stackName, cloudFormation), cloudFormation);
  if (arns.length === 0) throw new Error(`the stack ${stackName} had no teardowns`);
  const isThere = await Promise.all(arns.map(arn => exists(arn, rekognition)));
  return arns.filter((_, index) => isThere[index]);
}

/** The stack with that name that was deleted last. Deleted stacks are listed for 90 days. */
async function lastDeleted(stackName: string, client: CloudFormationClient): Promise<StackSummary> {
  const found: StackSummary[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
    found.push(
      ...StackSummaries.filter(stack => stack.StackName === stackName && stack.StackStatus === 'DELETE_COMPLETE'),
    );
  }
  if (found.length === 0) throw new Error(`no stack ${stackName} has been deleted`);
  return found.reduce((one, other) => one.DeletionTime! > other.DeletionTime! ? one : other);
}

/** The physical id of a teardown is the ARN of what it tears down. */
async function targetsOf({ StackId: StackName }: StackSummary, client: CloudFormationClient): Promise<string[]> {
  const arns: string[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    arns.push(...StackResourceSummaries
      .filter(({ ResourceType }) => /^Custom::Rekognition(Project|ProjectVersion)Teardown$/.test(ResourceType!))
      .map(({ PhysicalResourceId }) => PhysicalResourceId!));
  }
  return arns;
}

/** Asks for the tags, which works for versions and projects by their ARN alone, and changes nothing. */
async function exists(ResourceArn: string, client: RekognitionClient): Promise<boolean> {
  try {
    await client.send(new ListTagsForResourceCommand({ ResourceArn }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

async function main([stackName]: string[]): Promise<void> {
  const clients = { cloudFormation: new CloudFormationClient({}), rekognition: new RekognitionClient({}) };
  let left: string[] = [];
  // CloudFormation does not wait until a project is gone.
  for (let attempt = 0; attempt < 24; attempt++) {
    left = await leftOf(stackName, clients);
    if (left.length === 0) return;
    await setTimeout(5_000);
  }
  throw new Error(`the stack ${stackName} is deleted, but after two minutes there is still: ${left.join(', ')}`);
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

import { deepStrictEqual } from 'assert';
import { readFileSync } from 'fs';
import * as path from 'path';
import { Operator } from './operator';
import { provider, teardown } from './row';

const DOCUMENT = path.join(__dirname, '..', '..', 'docs', 'troubleshooting.md');

/** The commands of docs/troubleshooting.md find a model that a deleted stack has kept. Rejects if they do not. */
export async function findWhatADeletedStackLeft(operator: Operator): Promise<void> {
  const version = operator.model('RUNNING');
  await operator.deploy(teardown(version), 'CREATE_COMPLETE');
  // an update removes the teardown, which keeps the model.
  await operator.deploy(stack => { provider(stack); }, 'UPDATE_COMPLETE');
  await operator.destroy('DELETE_COMPLETE');

  const [, section] = readFileSync(DOCUMENT, 'utf8').split('\n## What a deleted stack left\n');
  const blocks = [...section.split('\n## ')[0].matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  const commands = blocks.flatMap(block => block.split(/\n(?=aws )/));
  const lines = async (command: string, values: { [placeholder: string]: string }) => {
    const filled = Object.entries({ REGION: 'us-east-1', ...values })
      .reduce((text, [name, value]) => text.replace(new RegExp(`\\b${name}\\b`), value), command);
    return (await operator.shell(filled)).trim().split('\n').map(line => line.split('\t'));
  };
  const [[, STACK_ID]] = await lines(commands[0], { NAME: 'Inspection' });
  const [[arn], ...others] = await lines(commands[1], { STACK_ID });
  deepStrictEqual([arn, others], [version.arn, []]);
  const [[PROJECT_ARN]] = await lines(commands[2], { PROJECT: arn.split('/')[1] });
  deepStrictEqual(await lines(commands[3], { PROJECT_ARN }), [['RUNNING', version.arn]]);
}

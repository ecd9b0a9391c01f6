import { readFileSync } from 'fs';
import * as path from 'path';
import { messagesOfHandler, messagesOfSynthesis, messagesOfWorkflow } from './support/catalogue';

const ROOT = path.join(__dirname, '..');

/** The messages that a section of a document quotes in bold. */
function quotedIn(document: string, ...headings: string[]): string[] {
  const sections = readFileSync(path.join(ROOT, document), 'utf8')
    .split(/^## /m)
    .filter(section => headings.includes(section.split('\n')[0]));
  expect(sections).toHaveLength(headings.length);
  return sections.flatMap(section => [...section.matchAll(/^\*\*(`+)(.+?)\1/gm)].map(([, , message]) => message));
}

/** Whether a message matches a quotation, in which `...` stands for any text. */
function isMeant(quotation: string, message: string): boolean {
  const pieces = quotation.split('...').map(piece => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's').test(message);
}

const TEARDOWN_OR_WORKFLOW = 'Messages of a teardown or a workflow';

/** The id in a message. */
const idOf = (message: string) => /\[([a-z-]+)\]/.exec(message)?.[1] ?? message;

test('docs/troubleshooting.md has a heading for each id of a message, and no other', async () => {
  const document = readFileSync(path.join(ROOT, 'docs/troubleshooting.md'), 'utf8');
  const section = document.split(/^## /m).find(part => part.startsWith(TEARDOWN_OR_WORKFLOW))!;
  const headings = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  const used = new Set([...await messagesOfHandler(), ...await messagesOfWorkflow()].map(idOf));
  expect([...used].sort()).toEqual([...headings].sort());
});

describe.each([
  ['the constructs', messagesOfSynthesis, ['At synthesis']],
])('docs/troubleshooting.md and %s', (_, messages, headings) => {
  const quotations = quotedIn('docs/troubleshooting.md', ...headings);

  test('every message that it quotes comes from the code', async () => {
    const made = await messages();
    expect(quotations.filter(quotation => !made.some(message => isMeant(quotation, message)))).toEqual([]);
  });

  test('every message of the code is quoted', async () => {
    expect((await messages()).filter(message => !quotations.some(quotation => isMeant(quotation, message)))).toEqual(
      [],
    );
  });

  test('no message is quoted twice', () => {
    expect(quotations.filter((quotation, index) => quotations.indexOf(quotation) !== index)).toEqual([]);
  });
});

test('every message in README.md comes from the code, or is explained in docs/troubleshooting.md', async () => {
  const [, section] = readFileSync(path.join(ROOT, 'README.md'), 'utf8').split('\n## Troubleshooting\n');
  const quotations = [...section.split('\n## ')[0].matchAll(/^\| `(.+?)` \|/gm)].map(([, message]) => message);
  expect(quotations.length).toBeGreaterThan(3);
  const known = [
    ...(await messagesOfHandler()),
    ...(await messagesOfSynthesis()),
    ...quotedIn('docs/troubleshooting.md', 'From CloudFormation and the CDK'),
  ];
  expect(quotations.filter(quotation => !known.some(message => isMeant(quotation, message)))).toEqual([]);
});

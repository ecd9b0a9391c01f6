import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { messagesOfHandler, messagesOfSynthesis, messagesOfWorkflow } from './support/catalogue';

const ROOT = path.join(__dirname, '..');

/** The longest constant part of the text of each error that a file creates. */
function textsIn(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const isError = ts.isNewExpression(node) && /^(Teardown)?Error$/.test(node.expression.getText());
    if (isError || (ts.isCallExpression(node) && node.expression.getText() === 'invalid')) {
      const [longest] = piecesOf(node.arguments![0]).sort((one, other) => other.length - one.length);
      if (longest) texts.push(longest);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return texts;
}

function piecesOf(node: ts.Node): string[] {
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
  if (isText) {
    return [node.text].filter(text => text !== '');
  }
  const pieces: string[] = [];
  ts.forEachChild(node, child => { pieces.push(...piecesOf(child)); });
  return pieces;
}

test('the catalogue of messages contains every error of src and lambda', async () => {
  const files = ['src', 'lambda'].flatMap(folder =>
    readdirSync(path.join(ROOT, folder), { encoding: 'utf8', recursive: true })
      .filter(file => file.endsWith('.ts'))
      .map(file => path.join(ROOT, folder, file)),
  );
  const texts = files.flatMap(textsIn);
  expect(texts.length).toBeGreaterThan(15);
  const made = [...await messagesOfHandler(), ...await messagesOfSynthesis(), ...await messagesOfWorkflow()];
  expect(texts.filter(text => !made.some(message => message.includes(text.trim())))).toEqual([]);
});

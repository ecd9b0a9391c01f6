import * as ts from 'typescript';

const AWS_PAGE = /^https:\/\/docs\.aws\.amazon\.com\/\S+/;

/**
 * What is missing in the doc comments of the exported declarations of a source file, as `Class.member: what is missing`.
 * Private and `@internal` members do not count, as they are not in the API reference.
 */
export function gapsIn(fileName: string, source: string): string[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  return file.statements.filter(isExported).flatMap(declaration => {
    if (ts.isClassDeclaration(declaration)) return gapsOfClass(declaration);
    if (ts.isInterfaceDeclaration(declaration)) return gapsOfInterface(declaration);
    if (ts.isEnumDeclaration(declaration)) return [declaration, ...declaration.members].flatMap(gapsOfSummary);
    return ts.isExportDeclaration(declaration) ? [] : [`${fileName}: an export that this check does not know: ${declaration.getText().split('\n')[0]}`];
  });
}

function gapsOfClass(declaration: ts.ClassDeclaration): string[] {
  const pages = ts.getJSDocTags(declaration).filter(tag => tag.tagName.text === 'see').map(tag => textOf(tag).trim());
  const members = declaration.members.filter(isPublic);
  return [
    ...gapsOfSummary(declaration),
    ...pages.some(page => AWS_PAGE.test(page)) ? [] : [`${nameOf(declaration)}: no @see with a page of AWS`],
    // the reference shows no text for a constructor except that of its parameters.
    ...members.filter(member => !ts.isConstructorDeclaration(member)).flatMap(gapsOfSummary),
    ...members.filter(isCallable).flatMap(gapsOfParameters),
  ];
}

function gapsOfInterface(declaration: ts.InterfaceDeclaration): string[] {
  return [declaration, ...declaration.members].flatMap(gapsOfSummary).concat(declaration.members
    .filter(member => member.questionToken && !hasText(member, 'default'))
    .map(member => `${nameOf(member)}: optional, but no @default`));
}

function gapsOfSummary(node: ts.Node): string[] {
  const text = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).map(textOf).join('').trim();
  if (text === '') return [`${nameOf(node)}: no summary`];
  return isCut(text) ? [`${nameOf(node)}: the reference cuts its summary at a semicolon`] : [];
}

/** Whether the first sentence is incomplete for jsii, which ends it at a semicolon. */
function isCut(text: string): boolean {
  return /^(?:[^.!?;]|[.!?;](?!\s))*;\s/.test(text);
}

function gapsOfParameters(node: ts.SignatureDeclaration): string[] {
  return node.parameters.flatMap(parameter => {
    const text = ts.getJSDocParameterTags(parameter).map(textOf).join('').trim();
    if (text === '') return [`${nameOf(node)}: no @param ${parameter.name.getText()}`];
    return isCut(text) ? [`${nameOf(node)}: the reference cuts @param ${parameter.name.getText()} at a semicolon`] : [];
  });
}

function isExported(node: ts.Statement): boolean {
  return ts.isExportDeclaration(node) || (ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.ExportKeyword));
}

function isPublic(node: ts.ClassElement): boolean {
  return !(ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.PrivateKeyword)) && !ts.getJSDocTags(node).some(tag => tag.tagName.text === 'internal');
}

function isCallable(node: ts.ClassElement): node is ts.MethodDeclaration | ts.ConstructorDeclaration {
  return ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node);
}

function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some(modifier => modifier.kind === kind) === true;
}

function hasText(node: ts.Node, tagName: string): boolean {
  return ts.getJSDocTags(node).some(tag => tag.tagName.text === tagName && textOf(tag).trim() !== '');
}

/** The text of a comment or tag, without the dash that may begin it; a link in it as it is written. */
function textOf(node: ts.JSDoc | ts.JSDocTag): string {
  // the parser mistakes `https` in `@see https://...` for a name.
  return (ts.isJSDocSeeTag(node) ? node.getText().replace(/^@see/, '') : ts.getTextOfJSDocComment(node.comment) ?? '').replace(/^\s*-/, '').replace(/^\s*\*/gm, '');
}

function nameOf(node: ts.Node): string {
  const name = ts.isConstructorDeclaration(node) ? 'constructor' : (node as ts.NamedDeclaration).name?.getText() ?? ts.SyntaxKind[node.kind];
  return ts.isSourceFile(node.parent) ? name : `${nameOf(node.parent)}.${name}`;
}

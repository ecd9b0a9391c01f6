import { readdirSync, readFileSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { npmProject } from '../language';

/** The used members of a node of web-tree-sitter. */
interface Node {
  readonly text: string;
  readonly type: string;
  readonly hasError: boolean;
  readonly namedChildren: Node[];
  childForFieldName(name: string): Node | null;
  descendantsOfType(types: string[]): Node[];
}

/** The members of the generated types, with their types. */
type Types = Map<string, Map<string, string>>;

/**
 * Where there is no C# compiler: parses the generated sources and the example, and looks up every member of the package
 * that the example uses. Throws if a source has a syntax error, or if there is no such member.
 */
export async function inspectSources(parserDir: string, generated: string, example: string): Promise<string> {
  const parse = await loadParser(parserDir);
  const [declarations, app] = [generated, example].map(dir => sources(dir).map(file => {
    const root = parse(readFileSync(file, 'utf8'));
    if (root.hasError) throw new Error(`${file} has a syntax error`);
    return root;
  }));
  const types = declaredTypes(declarations);
  const uses = app.flatMap(root => usedMembers(root, types));
  if (uses.length === 0) throw new Error('the example uses nothing of the package');
  const missing = uses.filter(([type, member]) => !types.get(type)!.has(member)).map(use => use.join('.'));
  if (missing.length > 0) throw new Error(`the example uses what the package does not have: ${missing.join(', ')}`);
  return `only the syntax of ${declarations.length} generated sources`
    + ` and ${uses.length} uses of the package were checked`;
}

async function loadParser(dir: string): Promise<(source: string) => Node> {
  npmProject(dir, 'web-tree-sitter', 'tree-sitter-c-sharp', '--ignore-scripts');
  const installed = createRequire(path.join(dir, 'package.json'));
  const { Parser, Language } = installed('web-tree-sitter');
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(installed.resolve('tree-sitter-c-sharp/tree-sitter-c_sharp.wasm')));
  return source => parser.parse(source).rootNode;
}

function sources(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.cs'))
    .map(file => path.join(dir, file));
}

function declaredTypes(roots: Node[]): Types {
  const types: Types = new Map();
  for (const declaration of roots.flatMap(root =>
    root.descendantsOfType(['class_declaration', 'interface_declaration', 'enum_declaration']),
  )) {
    const members = declaration
      .childForFieldName('body')!
      .namedChildren.filter(member => member.childForFieldName('name'));
    types.set(
      declaration.childForFieldName('name')!.text,
      new Map(
        members.map(member => [
          member.childForFieldName('name')!.text,
          (member.childForFieldName('type')?.text ?? '').split('.').pop()!,
        ]),
      ),
    );
  }
  return types;
}

/** Members of objects whose type is declared in the package: `[type, member]`. */
function usedMembers(root: Node, types: Types): Array<[string, string]> {
  const variables = new Map(
    root
      .descendantsOfType(['variable_declarator'])
      .map(variable => [
        variable.childForFieldName('name')!.text,
        variable.namedChildren.find(child => child.type === 'object_creation_expression'),
      ]),
  );

  const typeOf = (node: Node): string | undefined => {
    if (node.type === 'object_creation_expression') return node.childForFieldName('type')!.text;
    if (node.type === 'member_access_expression') {
      return types.get(typeOf(node.childForFieldName('expression')!) ?? '')?.get(node.childForFieldName('name')!.text);
    }
    const value = variables.get(node.text);
    return value ? typeOf(value) : node.text;
  };

  // the initializer of a collection has elements instead of assignments.
  const initialized = root
    .descendantsOfType(['object_creation_expression'])
    .flatMap(creation =>
      (creation.childForFieldName('initializer')?.namedChildren ?? [])
        .flatMap(child => child.childForFieldName('left') ?? [])
        .map(left => [typeOf(creation), left.text]),
    );
  const accessed = root.descendantsOfType(['member_access_expression']).map(access =>
    [typeOf(access.childForFieldName('expression')!), access.childForFieldName('name')!.text]);
  return [...initialized, ...accessed].filter((use): use is [string, string] => types.has(use[0] ?? ''));
}

/** Values of a log line by path, such as `message.running.0`. */
export type Fields = { readonly [path: string]: unknown };

/**
 * The fields that CloudWatch Logs discovers in a line. [cited] CloudWatch Logs User Guide, "Supported logs and
 * discovered fields": those of nested objects with dots, those of arrays with their index.
 */
export function fieldsOf(line: string): Fields {
  const fields: { [path: string]: unknown } = { '@message': line };
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) fields[path] = value;
    else for (const [key, item] of Object.entries(value)) visit(item, path ? `${path}.${key}` : key);
  };
  try {
    visit(JSON.parse(line), '');
  } catch {
    // a line of text has no fields.
  }
  return { ...fields, '@timestamp': fields.timestamp };
}

/** A text in tokens, which are read one by one. Throws on anything that it does not know. */
class Tokens {
  private readonly tokens: string[];

  constructor(private readonly text: string, known: RegExp) {
    this.tokens = text.match(known) ?? [];
    if (text.replace(known, '').trim() !== '') throw new Error(`unknown syntax: ${text}`);
  }

  get isOver(): boolean {
    return this.tokens.length === 0;
  }

  next(): string {
    return this.tokens.shift() ?? '';
  }

  take(expected: string): boolean {
    if (this.tokens[0]?.toLowerCase() !== expected) return false;
    this.next();
    return true;
  }

  need(expected: string): void {
    if (!this.take(expected)) throw new Error(`${expected} is missing before ${this.tokens[0] ?? 'the end'}: ${this.text}`);
  }

  string(): string {
    const token = this.next();
    if (!token.startsWith('"')) throw new Error(`${token} is not a string: ${this.text}`);
    return token.slice(1, -1);
  }
}

type Condition = (fields: Fields) => boolean;

/** Alternatives of conditions that all have to be met, each in parentheses or on its own. */
function condition(tokens: Tokens, and: string, or: string, single: () => Condition): Condition {
  const unit = (): Condition => {
    if (!tokens.take('(')) return single();
    const inner = condition(tokens, and, or, single);
    tokens.need(')');
    return inner;
  };
  const chain = (operator: string, operand: () => Condition) => {
    const operands = [operand()];
    while (tokens.take(operator)) operands.push(operand());
    return operands;
  };
  const alternatives = chain(or, () => {
    const all = chain(and, unit);
    return fields => all.every(each => each(fields));
  });
  return fields => alternatives.some(each => each(fields));
}

/**
 * Whether a line matches the pattern of a metric filter. [cited] CloudWatch Logs User Guide, "Using filter patterns to
 * match terms in JSON log events". Only what this library uses: equal strings, `&&`, `||` and parentheses.
 */
export function matchesPattern(pattern: string, line: string): boolean {
  const tokens = new Tokens(pattern, /"[^"]*"|\$[.\w]+|&&|\|\||[{}()=]/g);
  tokens.need('{');
  const matches = condition(tokens, '&&', '||', () => {
    const selector = tokens.next();
    if (!selector.startsWith('$.')) throw new Error(`${selector} selects nothing: ${pattern}`);
    tokens.need('=');
    const value = tokens.string();
    return fields => fields[selector.slice(2)] === value;
  });
  tokens.need('}');
  if (!tokens.isOver) throw new Error(`something follows the pattern: ${pattern}`);
  return matches(fieldsOf(line));
}

/**
 * What a query of CloudWatch Logs Insights finds in lines: the values of its fields. [cited] CloudWatch Logs User
 * Guide, "CloudWatch Logs Insights language query syntax". Only `fields`, `filter` with `=`, `in`, `ispresent`, `and`,
 * `or`, `sort` by one field, and `limit`.
 */
export function runQuery(query: string, lines: readonly string[]): unknown[][] {
  let found = lines.map(fieldsOf);
  let shown: string[] = [];
  for (const command of query.split('|').map(text => text.trim())) {
    const tokens = new Tokens(command, /"[^"]*"|[@.\w]+|[()[\],=]/g);
    switch (tokens.next()) {
      case 'fields':
        do shown.push(field(tokens.next())); while (tokens.take(','));
        break;
      case 'filter': {
        const matches = condition(tokens, 'and', 'or', () => comparison(tokens));
        found = found.filter(matches);
        break;
      }
      case 'sort': {
        const by = field(tokens.next());
        const sign = tokens.take('desc') ? -1 : 1;
        if (sign > 0) tokens.take('asc');
        found.sort((one, other) => sign * String(one[by]).localeCompare(String(other[by])));
        break;
      }
      case 'limit':
        found = found.slice(0, Number(tokens.next()));
        break;
      default:
        throw new Error(`unknown command: ${command}`);
    }
    if (!tokens.isOver) throw new Error(`something follows the command: ${command}`);
  }
  return found.map(fields => shown.map(name => fields[name]));
}

function comparison(tokens: Tokens): Condition {
  if (tokens.take('ispresent')) {
    tokens.need('(');
    const name = field(tokens.next());
    tokens.need(')');
    return fields => fields[name] !== undefined;
  }
  const name = field(tokens.next());
  if (tokens.take('=')) {
    const value = tokens.string();
    return fields => fields[name] === value;
  }
  tokens.need('in');
  tokens.need('[');
  const values: unknown[] = [];
  do values.push(tokens.string()); while (tokens.take(','));
  tokens.need(']');
  return fields => values.includes(fields[name]);
}

/** [cited] only names of letters, digits, dots and `@` need no backticks. */
function field(name: string): string {
  if (!/^@?[A-Za-z][\w.]*$/.test(name)) throw new Error(`not the name of a field: ${name}`);
  return name;
}

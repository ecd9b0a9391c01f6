// [cited] IAM user guide, "Grammar of the IAM JSON policy language", and Custom Labels guide, "Creating a project policy document", where
// Effect, Principal, Action and Resource must be there, and NotPrincipal, NotAction and NotResource must not.
const FIELDS = ['Version', 'Id', 'Statement'];
const STATEMENT_FIELDS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];

/** Whether a text is a policy that may be attached to a project. */
export function isPolicyDocument(text: string): boolean {
  const document = parse(text);
  if (!isObject(document)) return false;
  const statements: unknown[] = [document.Statement].flat();
  return has(document, FIELDS) && statements.length > 0 && statements.every(isStatement);
}

function isStatement(statement: unknown): boolean {
  return isObject(statement)
    && has(statement, STATEMENT_FIELDS)
    && (statement.Effect === 'Allow' || statement.Effect === 'Deny')
    && (isObject(statement.Principal) || statement.Principal === '*')
    // [cited] Custom Labels guide, the same page: "The only supported action".
    && texts(statement.Action).every(action => action === 'rekognition:CopyProjectVersion')
    && texts(statement.Resource).every(resource => typeof resource === 'string');
}

/** One string or several as a list; an empty list becomes one invalid item. */
function texts(value: unknown): unknown[] {
  const list = [value].flat();
  return list.length > 0 ? list : [undefined];
}

function has(object: object, known: readonly string[]): boolean {
  return Object.keys(object).every(field => known.includes(field));
}

function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { Iam } from '../../sandbox/iam';

const ROLE = 'arn:aws:iam::111122223333:role/service/Handler';
const VERSION = 'arn:aws:rekognition:us-east-1:111122223333:project/pets/version/v1/1690556751958';
const DELETE = { action: 'rekognition:DeleteProjectVersion', resource: VERSION };

let iam: Iam;

beforeEach(() => {
  iam = new Iam();
  iam.createRole({ arn: ROLE, name: 'Handler' });
});

function put(...statements: object[]): void {
  iam.putRolePolicy('Handler', 'Policy', { Version: '2012-10-17', Statement: statements });
}

const allow = (action: string | string[], resource: string | string[]) => ({ Effect: 'Allow', Action: action, Resource: resource });
const deny = (action: string | string[], resource: string | string[]) => ({ ...allow(action, resource), Effect: 'Deny' });

describe('decisions', () => {
  test('a role without policies is allowed nothing', () => {
    expect(iam.allows(ROLE, DELETE)).toBe(false);
  });

  test('a role that does not exist is allowed nothing', () => {
    expect(iam.allows('arn:aws:iam::111122223333:role/Nobody', DELETE)).toBe(false);
  });

  test.each([
    ['the action and the resource', DELETE.action, VERSION, true],
    ['everything', '*', '*', true],
    ['all actions of the service', 'rekognition:*', VERSION, true],
    ['actions that begin like it', 'rekognition:Delete*', VERSION, true],
    ['another spelling of the action', 'Rekognition:deleteprojectversion', VERSION, true],
    ['one character left open', DELETE.action, VERSION.replace('v1', 'v?'), true],
    ['all versions of the project', DELETE.action, 'arn:aws:rekognition:us-east-1:111122223333:project/pets/version/*', true],
    ['all regions', DELETE.action, 'arn:aws:rekognition:*:111122223333:project/pets/*', true],
    ['another action', 'rekognition:StopProjectVersion', VERSION, false],
    ['the project but not its versions', DELETE.action, 'arn:aws:rekognition:us-east-1:111122223333:project/pets', false],
    ['another spelling of the resource', DELETE.action, VERSION.replace('pets', 'Pets'), false],
    ['two characters left open for one', DELETE.action, VERSION.replace('v1', 'v??'), false],
    ['a wildcard that would have to span a colon', DELETE.action, 'arn:aws:rekognition:us-east-1*:111122223333*:version/v1/1690556751958', false],
    ['a longer resource', DELETE.action, `${VERSION}/more`, false],
    ['a dot for any character', DELETE.action, VERSION.replace('pets', 'p.ts'), false],
  ])('an Allow of %s is evaluated as in IAM', (_, action, resource, allowed) => {
    put(allow(action, resource));
    expect(iam.allows(ROLE, DELETE)).toBe(allowed);
  });

  test('the last segment of a resource includes its colons', () => {
    put(allow('logs:*', 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/x:*'));
    const resource = 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/x:log-stream:a';
    expect(iam.allows(ROLE, { action: 'logs:PutLogEvents', resource })).toBe(true);
  });

  test('a Deny beats every Allow', () => {
    put(allow('*', '*'), deny(DELETE.action, '*'));
    expect(iam.allows(ROLE, DELETE)).toBe(false);
    expect(iam.allows(ROLE, { ...DELETE, action: 'rekognition:StopProjectVersion' })).toBe(true);
  });

  test('policies add up, whether inline in the role, attached or managed', () => {
    const logs = { action: 'logs:PutLogEvents', resource: 'arn:aws:logs:us-east-1:111122223333:log-group:x' };
    iam.updateRole({
      arn: ROLE,
      name: 'Handler',
      managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      inlinePolicies: [{ name: 'Own', document: { Version: '2012-10-17', Statement: allow('states:StartExecution', '*') } }],
    });
    put(allow(DELETE.action, VERSION));
    expect(iam.allows(ROLE, DELETE)).toBe(true);
    expect(iam.allows(ROLE, logs)).toBe(true);
    expect(iam.allows(ROLE, { action: 'states:StartExecution', resource: 'arn:aws:states:us-east-1:111122223333:stateMachine:x' })).toBe(true);
  });

  test('a policy that is replaced, removed or deleted with its role no longer allows anything', () => {
    put(allow(DELETE.action, VERSION));
    put(allow('rekognition:StopProjectVersion', VERSION));
    expect(iam.allows(ROLE, DELETE)).toBe(false);
    put(allow(DELETE.action, VERSION));
    iam.deleteRolePolicy('Handler', 'Policy');
    expect(iam.allows(ROLE, DELETE)).toBe(false);
  });

  test('an attached policy survives an update of the role', () => {
    put(allow(DELETE.action, VERSION));
    iam.updateRole({ arn: ROLE, name: 'Handler' });
    expect(iam.allows(ROLE, DELETE)).toBe(true);
  });
});

describe('IAM rejects', () => {
  test.each([
    ['Principal', { ...allow('*', '*'), Principal: '*' }],
    ['Effect', { ...allow('*', '*'), Effect: 'allow' }],
    ['Resource', { Effect: 'Allow', Action: '*' }],
    ['not an action', allow('DeleteProject', '*')],
    ['not the ARN', allow('*', 'project/pets')],
    ['not the ARN', allow('*', 'arn:aws:rekognition:*:project/pets')],
  ])('a statement with %s', (what, statement) => {
    expect(() => put(statement)).toThrow(what);
    expect(() => put(statement)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
  });

  test('a policy with an unknown element', () => {
    expect(() => iam.putRolePolicy('Handler', 'Policy', { Statement: [], Rules: [] } as any)).toThrow('Rules');
  });
});

describe('what the sandbox cannot evaluate', () => {
  const unsure = [
    ['Condition', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['NotAction', { Action: undefined, NotAction: 'iam:*' }],
    ['NotResource', { Resource: undefined, NotResource: 'arn:aws:s3:::x' }],
    ['policy variable', { Resource: `${VERSION.slice(0, -1)}\${aws:username}` }],
  ] as const;
  const statement = (effect: 'Allow' | 'Deny', elements: object) =>
    JSON.parse(JSON.stringify({ ...allow(DELETE.action, VERSION), Effect: effect, ...elements }));

  test.each(unsure)('fails a call that depends on it: %s', (what, elements) => {
    put(statement('Allow', elements));
    expect(() => iam.allows(ROLE, DELETE)).toThrow(`whether ${ROLE} may call ${DELETE.action} on ${VERSION}`);
    expect(() => iam.allows(ROLE, DELETE)).toThrow(what);
    expect(iam.mayAllow(ROLE, DELETE)).toBe(true);
    put(allow('*', '*'), statement('Deny', elements));
    expect(() => iam.allows(ROLE, DELETE)).toThrow(what);
  });

  test.each(unsure)('does not matter to a call that is allowed or denied anyway: %s', (_, elements) => {
    put(allow(DELETE.action, '*'), statement('Allow', elements));
    expect(iam.allows(ROLE, DELETE)).toBe(true);
    put(statement('Allow', elements), deny(DELETE.action, '*'));
    expect(iam.allows(ROLE, DELETE)).toBe(false);
  });

  test('a condition on another action does not matter', () => {
    put({ ...allow('s3:*', '*'), Condition: {} });
    expect(iam.allows(ROLE, DELETE)).toBe(false);
  });
});

describe('managed policies', () => {
  const arn = 'arn:aws:iam::111122223333:policy/mine';
  const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });

  test.each(['AdministratorAccess', 'AmazonRekognitionFullAccess'])('AWS provides %s', name => {
    iam.attachRolePolicy('Handler', `arn:aws:iam::aws:policy/${name}`);
    expect(iam.allows(ROLE, DELETE)).toBe(true);
  });

  test('one of AWS that the sandbox does not have fails only the calls that depend on it', () => {
    iam.attachRolePolicy('Handler', 'arn:aws:iam::aws:policy/PowerUserAccess');
    expect(() => iam.allows(ROLE, DELETE)).toThrow('it does not have what is in the policy arn:aws:iam::aws:policy/PowerUserAccess');
    put(allow('*', '*'));
    expect(iam.allows(ROLE, DELETE)).toBe(true);
  });

  test('one of a template allows what it says, to the roles that it is attached to', () => {
    iam.createManagedPolicy(arn, document(allow('rekognition:*', '*')));
    expect(iam.allows(ROLE, DELETE)).toBe(false);
    iam.attachRolePolicy('Handler', arn);
    expect(iam.allows(ROLE, DELETE)).toBe(true);
    expect(() => iam.deleteManagedPolicy(arn)).toThrow(expect.objectContaining({ code: 'DeleteConflict' }));
    iam.detachRolePolicy('Handler', arn);
    iam.deleteManagedPolicy(arn);
    expect(iam.allows(ROLE, DELETE)).toBe(false);
  });

  test('a permissions boundary limits what the other policies allow', () => {
    iam.createManagedPolicy(arn, document(allow('s3:*', '*')));
    iam.createRole({ arn: `${ROLE}2`, name: 'Other', permissionsBoundary: arn });
    iam.putRolePolicy('Other', 'Policy', document(allow('*', '*')));
    expect(iam.allows(`${ROLE}2`, DELETE)).toBe(false);
    expect(iam.allows(`${ROLE}2`, { action: 's3:GetObject', resource: 'arn:aws:s3:::x/y' })).toBe(true);
    iam.createRole({ arn: `${ROLE}3`, name: 'Third', permissionsBoundary: 'arn:aws:iam::111122223333:policy/elsewhere' });
    iam.putRolePolicy('Third', 'Policy', document(allow('*', '*')));
    expect(() => iam.allows(`${ROLE}3`, DELETE)).toThrow('policy/elsewhere');
  });
});

describe('roles and policies', () => {
  test('a role with an attached policy cannot be deleted', () => {
    put(allow('*', '*'));
    expect(() => iam.deleteRole('Handler')).toThrow(expect.objectContaining({ code: 'DeleteConflict' }));
    iam.deleteRolePolicy('Handler', 'Policy');
    iam.deleteRole('Handler');
    expect(() => iam.deleteRole('Handler')).toThrow(expect.objectContaining({ code: 'NoSuchEntity' }));
  });

  test('a name can be taken only once', () => {
    expect(() => iam.createRole({ arn: ROLE, name: 'Handler' })).toThrow(expect.objectContaining({ code: 'EntityAlreadyExists' }));
  });

  test('a policy that does not exist cannot be deleted', () => {
    expect(() => iam.deleteRolePolicy('Handler', 'Policy')).toThrow(expect.objectContaining({ code: 'NoSuchEntity' }));
  });

  test('the inline policies of a role are limited to 10,240 characters', () => {
    put(allow('*', Array.from({ length: 100 }, () => VERSION)));
    const more = { Version: '2012-10-17', Statement: allow('*', Array.from({ length: 30 }, () => VERSION)) };
    expect(() => iam.putRolePolicy('Handler', 'More', more)).toThrow(expect.objectContaining({ code: 'LimitExceeded' }));
  });
});

describe('callers', () => {
  test('a function acts as its role', () => {
    const environment = { kill: jest.fn(), waitFor: jest.fn() };
    const key = iam.accessKeyFor(ROLE, 'on-event', environment);
    expect(iam.callerOf(key)).toEqual({
      arn: 'arn:aws:sts::111122223333:assumed-role/Handler/on-event', roleArn: ROLE, functionName: 'on-event', ...environment,
    });
    expect(iam.authorize(iam.callerOf(key), DELETE)).toBe(false);
    put(allow(DELETE.action, VERSION));
    expect(iam.authorize(iam.callerOf(key), DELETE)).toBe(true);
  });

  test('every environment has its own access key', () => {
    const keys = [1, 2].map(() => iam.accessKeyFor(ROLE, 'on-event', { kill: jest.fn(), waitFor: jest.fn() }));
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^ASIA[A-Z0-9]{16}$/);
  });

  test('any other access key belongs to an administrator', () => {
    expect(iam.authorize(iam.callerOf('AKIAEXAMPLE'), DELETE)).toBe(true);
  });
});

describe('least privilege', () => {
  test('permissions that no call has needed are listed by action and resource', () => {
    put(allow([DELETE.action, 'rekognition:StopProjectVersion'], [VERSION, 'arn:aws:rekognition:us-east-1:111122223333:project/cars']));
    iam.allows(ROLE, DELETE);
    iam.allows(ROLE, { action: 'rekognition:StopProjectVersion', resource: VERSION });
    expect(iam.unusedPermissions()).toEqual([DELETE.action, 'rekognition:StopProjectVersion'].map(action => (
      { role: 'Handler', policy: 'Policy', action, resource: 'arn:aws:rekognition:us-east-1:111122223333:project/cars' })));
  });

  test('a denied call uses no permission, and a Deny is not a permission', () => {
    put(allow(DELETE.action, VERSION), deny('*', VERSION));
    iam.allows(ROLE, DELETE);
    expect(iam.unusedPermissions()).toEqual([{ role: 'Handler', policy: 'Policy', action: DELETE.action, resource: VERSION }]);
  });

  test('former policies still count, managed ones do not', () => {
    iam.updateRole({ arn: ROLE, name: 'Handler', managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole'] });
    put(allow(DELETE.action, VERSION));
    iam.deleteRolePolicy('Handler', 'Policy');
    iam.deleteRole('Handler');
    expect(iam.unusedPermissions()).toEqual([expect.objectContaining({ action: DELETE.action })]);
  });
});

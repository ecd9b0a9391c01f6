import type { Sandbox } from '.';
import type { StackEvent } from './cloudformation';
import { listed } from './cloudformation/only-recorded';
import type { LogLine } from './lambda';
import type { ApiCallRecord, Caller } from './service';
import { statusStyle, style } from './style';

/** A line that has been printed and may come again. */
interface Repetition {
  count: number;
  last: number;
}

/**
 * Prints what happens in a sandbox while somebody watches: stack events, changes of status, Rekognition calls, errors
 * and the logs of functions, each with the time of day in the sandbox. Lines that come again before anything else
 * happens are only counted.
 */
export class Commentary {
  private readonly repetitions = new Map<string, Repetition>();
  private openCalls = 0;
  /** Changes of status that a call has caused; they are printed after it. */
  private effects: (() => void)[] = [];

  constructor(sandbox: Sandbox, private readonly print: (line: string) => void = console.log) {
    sandbox.onEvent(event => this.event(event));
    sandbox.lambda.onLog(line => this.log(line));
    sandbox.cloudFormation.onlyRecorded.onRecorded(resources => {
      for (const line of listed(resources)) this.line(sandbox.clock.now(), line);
    });
    sandbox.intercept(async (_, next) => {
      this.openCalls++;
      return next().finally(() => { this.openCalls--; });
    });
    sandbox.rekognition.onStatus(({ time, arn, from, to }) => {
      const shown = style(statusStyle(to ?? 'gone'), to ?? 'gone');
      const show = () => this.line(time, `${style('cyan', nameOf(arn))}: ${from ?? '(new)'} -> ${shown}`);
      if (this.openCalls > 0) this.effects.push(show);
      else show();
    });
    sandbox.onCall(record => {
      this.call(record);
      for (const show of this.effects.splice(0)) show();
    });
  }

  /** Prints how often the last lines came again. */
  flush(): void {
    for (const [text, { count, last }] of this.repetitions) {
      if (count > 0) this.write(last, `${text} ${style('dim', `(${count} more time${count === 1 ? '' : 's'})`)}`);
    }
    this.repetitions.clear();
  }

  private call({ service, operation, caller, time, error, errorMessage }: ApiCallRecord): void {
    // the CLI looks up whether a stack or a change set exists, and this error is the only negative answer.
    if (/^Describe(Stacks|ChangeSet)$/.test(operation) && errorMessage?.endsWith('does not exist')) return;
    const text = `${callerName(caller)}: ${operation}`;
    if (error) this.repeatable(time, `${text}: ${style('red', `${error}: ${errorMessage}`)}`);
    else if (service === 'rekognition') this.repeatable(time, text);
  }

  private event({ time, stackName, logicalId, status, reason }: StackEvent): void {
    const head = `${stackName}  ${style(statusStyle(status), status)}`;
    if (isPlumbing(logicalId) && !/FAILED/.test(status)) {
      if (!status.endsWith('_IN_PROGRESS')) this.repeatable(time, `${head}  a resource of the teardown provider`);
      return;
    }
    this.line(time, `${head}  ${logicalId}${reason ? `  ${style('dim', reason.trim())}` : ''}`);
  }

  private log({ time, functionName, text }: LogLine): void {
    this.repeatable(time, `${style('dim', `log of ${shortName(functionName)}:`)} ${messageOf(text)}`);
  }

  private repeatable(time: number, text: string): void {
    const earlier = this.repetitions.get(text);
    if (!earlier) {
      this.repetitions.set(text, { count: 0, last: time });
      return this.write(time, text);
    }
    earlier.count++;
    earlier.last = time;
  }

  private line(time: number, text: string): void {
    this.flush();
    this.write(time, text);
  }

  private write(time: number, text: string): void {
    this.print(`${style('dim', new Date(time).toISOString().slice(11, 19))}  ${text}`);
  }
}

/** Whether the CDK puts it around a handler. The progress of such a resource matters to nobody unless it fails. */
function isPlumbing(logicalId: string): boolean {
  return logicalId.startsWith('cdkrekognitionteardownTeardownProvider');
}

/** Who calls, as a reader knows them. */
function callerName({ functionName, arn }: Caller): string {
  if (functionName) return shortName(functionName);
  return arn.endsWith('/CLOUDFORMATION') ? 'CloudFormation' : 'you';
}

function shortName(functionName: string): string {
  return functionName.includes('-cdkrekognitionteardownTeardownProvi') ? 'the teardown' : functionName;
}

/** What a reader calls a project, or something in it: `model screws/v1`. */
function nameOf(arn: string): string {
  const [, project, kind, name] = arn.split(':').at(-1)!.split('/');
  if (kind === 'version') return `model ${project}/${name}`;
  return kind === 'dataset' ? `dataset ${project}/${name}` : `project ${project}`;
}

/** A line of a log in JSON without what is different in each line: its time and the id of the request. */
function messageOf(text: string): string {
  try {
    const { message = text } = JSON.parse(text);
    return typeof message === 'string' ? message : JSON.stringify(message);
  } catch {
    return text;
  }
}

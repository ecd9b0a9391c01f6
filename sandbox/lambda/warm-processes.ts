import { basename } from 'node:path';
import { Program, RuntimeProcess } from './process';

/**
 * Keeps the processes of functions that are gone for new functions with the same code. Starting Node.js and loading the SDK is
 * most of what a short-lived function costs. The code itself is loaded anew, so nothing that it remembers stays.
 */
export class WarmProcesses {
  private readonly idle = new Map<string, Set<RuntimeProcess>>();

  start(program: Program): RuntimeProcess {
    const warm = this.withCode(program.codeDirectory);
    const [process = new RuntimeProcess(program)] = warm;
    if (warm.delete(process)) process.rerun(program);
    return process;
  }

  /** Takes a process that waits for its next invocation, which will never come. */
  keep(codeDirectory: string, process: RuntimeProcess): void {
    const warm = this.withCode(codeDirectory);
    warm.add(process);
    void process.ended.then(() => warm.delete(process));
  }

  async end(): Promise<void> {
    const processes = [...this.idle.values()].flatMap(warm => [...warm]);
    for (const process of processes) process.kill();
    await Promise.all(processes.map(({ ended }) => ended));
  }

  /** The directory of an asset is named after what is in it, wherever it is. */
  private withCode(codeDirectory: string): Set<RuntimeProcess> {
    const code = basename(codeDirectory);
    if (!this.idle.has(code)) this.idle.set(code, new Set());
    return this.idle.get(code)!;
  }
}

import { basename } from 'node:path';
import { Program, RuntimeProcess } from './process';

/**
 * Keeps the processes of deleted functions for new functions with the same code. Most of the cost of a short-lived function is
 * starting Node.js and loading the SDK. The code itself is loaded again, so no state survives.
 */
export class WarmProcesses {
  private readonly idle = new Map<string, Set<RuntimeProcess>>();

  start(program: Program): RuntimeProcess {
    const warm = this.withCode(program.codeDirectory);
    const [process = new RuntimeProcess(program)] = warm;
    if (warm.delete(process)) process.rerun(program);
    return process;
  }

  /** Takes over a process whose environment gets no more invocations. */
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

  /** The name of an asset's directory depends only on its contents. */
  private withCode(codeDirectory: string): Set<RuntimeProcess> {
    const code = basename(codeDirectory);
    if (!this.idle.has(code)) this.idle.set(code, new Set());
    return this.idle.get(code)!;
  }
}

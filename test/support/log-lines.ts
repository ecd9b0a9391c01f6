/** The lines that the handler logs in this test, with their levels. */
export class LogLines {
  readonly all: any[] = [];
  private readonly spies = (['info', 'warn', 'error'] as const).map(level => jest.spyOn(console, level).mockImplementation((...[line]: any[]) => {
    this.all.push({ level, ...line });
  }));

  /** The lines of one kind. */
  of(message: string): any[] {
    return this.all.filter(line => line.message === message);
  }

  /** Routine lines fail from now on, as a bug would. */
  failWith(error: Error): void {
    this.spies[0].mockImplementation(() => { throw error; });
  }

  stop(): void {
    for (const spy of this.spies) spy.mockRestore();
  }
}

import type { World } from '../world/world';

/** Where a peer runs that is no part of a stack: somebody's machine, or one function. To be used inside `clock.work`. */
export class Machine {
  constructor(private readonly world: World, private readonly name: string) {}

  /** What is there at the moment; it costs no call. */
  versions() {
    return [...this.world.rekognition.versions];
  }

  call(operation: string, input: object): Promise<any> {
    return this.world.clock.pause(this.world.call(this.name, 'rekognition', operation, input));
  }

  sleep(milliseconds: number): Promise<void> {
    return this.world.clock.sleep(milliseconds);
  }
}

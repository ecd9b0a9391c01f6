import { Sandbox } from '../../sandbox';

test('stopping ends every part, and rejects with the first error', async () => {
  const sandbox = await Sandbox.start();
  const parts = [sandbox.stepFunctions, sandbox.lambda, sandbox.responses];
  const stopped = parts.map((part, index) => {
    const stop = part.stop.bind(part);
    return jest.spyOn(part, 'stop').mockImplementation(async () => {
      await stop();
      if (index < 2) throw new Error(`problem ${index}`);
    });
  });
  await expect(sandbox.stop()).rejects.toThrow('problem 0');
  for (const stop of stopped) expect(stop).toHaveBeenCalledTimes(1);
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
});

/** The inspector as people open it: in the agent, beside it, on its log, and while it comes and goes. */
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApiAnswer } from '../../src/inspector/api/paths.ts';
import { newDirectory, startVen, startVtn, ven, type VenProcess } from './support/venProcess.ts';

/** What the inspector that a process has opened says to a path. */
const told = async <Answer>(process: VenProcess, path: string): Promise<Answer> => {
  const [, address = ''] = await process.until(/Inspector: (http:\/\/127\.0\.0\.1:\d+\/)/);
  return (await (await fetch(`${address.replace(/\/$/, '')}${path}`)).json()) as Answer;
};

const until = (condition: () => Promise<boolean>): Promise<void> =>
  expect.poll(condition, { interval: 200 }).toBe(true);

describe('the inspector', () => {
  it('given an agent, when it is looked at from within and from beside, then both show it live; when it ends and comes back, the one beside goes on', async () => {
    const { url } = await startVtn();
    const data = newDirectory();
    const environment = { VEN_VTN_URL: url };
    const agent = await startVen(['run', '-d', data, '--inspect=0'], environment);
    await agent.until(/Answered DR event/);
    const within = await told<ApiAnswer<'state'>>(agent, '/api/v1/state');
    expect(within).toMatchObject({
      isLive: true,
      registration: { status: 'registered' },
      agent: { isRunning: true },
    });
    expect((await told<ApiAnswer<'health'>>(agent, '/healthz')).status).toBe('healthy');

    const beside = await startVen(['inspect', data, '--at', '0']);
    const seen = (): Promise<ApiAnswer<'state'>> => told(beside, '/api/v1/state');
    const first = await seen();
    expect(first.isLive).toBe(true);
    expect(first.registration.registrationID).toBe(within.registration.registrationID);
    const run = (await told<ApiAnswer<'about'>>(beside, '/api/v1/about')).runID;

    expect(await agent.kill('SIGTERM')).toMatchObject({ code: 0 });
    await beside.until(/The agent has ended; its log is looked at as it left it/);
    await until(async () => !(await seen()).agent.isRunning);
    expect((await seen()).agent.stoppedBecause).toBe('SIGTERM');

    // The log at rest is held by who looks at it; the agent that is started now waits for it and says so, if it must.
    expect(await beside.kill('SIGINT')).toMatchObject({ code: 0 });
    const again = await startVen(['run', '-d', data, '--inspect=0'], environment);
    await until(async () => (await told<ApiAnswer<'state'>>(again, '/api/v1/state')).agent.starts === 2);
    expect((await told<ApiAnswer<'about'>>(again, '/api/v1/about')).runID).not.toBe(run);
    expect(await again.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('given a port that is taken, when an agent is to be looked at there, then it runs without; one that only looks says so and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const { url } = await startVtn();
    const data = newDirectory();
    const agent = await startVen(['run', '-d', data, `--inspect=${port}`], { VEN_VTN_URL: url });
    await agent.until(
      new RegExp(
        `The inspector cannot listen at 127\\.0\\.0\\.1:${port}: another process listens there\\. The agent runs without it\\.`,
      ),
    );
    await agent.until(/Registered with/);
    expect(await agent.kill('SIGTERM')).toMatchObject({ code: 0 });
    const looking = await ven(['inspect', data, '--at', String(port)]);
    expect(looking.code).toBe(1);
    expect(looking.stderr).toMatch(/another process listens there\./);
  });

  it('given nothing to look at, when it is opened, then it says what to do', async () => {
    const { code, stderr } = await ven(['inspect', newDirectory(), '--at', '0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/There is no log in .* yet: start the agent with "ven run", try "ven demo"/);
    const wrong = await ven(['run', '--inspect=nowhere']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/"nowhere" is no place to listen/);
  });
});
